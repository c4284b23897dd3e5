/**
 * What servers and scripts say of a right that the user has not. Only commands and kinds of things are taken from it:
 * keys hold pseudonyms.
 */
const SAYINGS: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/^NOPERM .*\brun the '([a-z0-9|-]+)' command/i, 'the permission for the command $1'],
  [/^NOPERM a script needs ([A-Z, ]+)$/, 'the permission for one of the commands $1'],
  [/^NOPERM .*\bkeys?\b/, 'the permission for a key'],
  [/^ERR The user executing the script can't run/, 'the permission for a command of a script'],
  [/^ERR The user executing the script can't access/, 'the permission for a key of a script'],
  [/^NOPERM /, 'a permission'],
];

/** Whether a command or script was refused because the user may not run it. Nothing was applied. */
export function isMissingRight(error: unknown): boolean {
  return error instanceof Error && missingRightOf(error.message) !== undefined;
}

/** The right that the server says is missing, in words; undefined where it says something else. */
export function missingRightOf(said: string): string | undefined {
  for (const [pattern, words] of SAYINGS) {
    const found = pattern.exec(said);
    if (found !== null) return words.replace('$1', found[1] ?? '');
  }
  return undefined;
}
