import { parseArgs } from 'node:util';

/** By option name, without its dashes. */
export type NamedValues = Readonly<Record<string, string | undefined>>;

/**
 * Reads options that take one value each; `data` must be there.
 *
 * @param mistakes told of all that is wrong, not only of the first.
 * @returns 'help' where `--help` is among them, whatever else is.
 */
export function readNamedValues(
  args: readonly string[],
  names: readonly string[],
  mistakes: string[],
): NamedValues | 'help' {
  const texts = Object.fromEntries(names.map((name) => [name, { type: 'string' }] as const));
  const { tokens } = parseArgs({
    args: [...args],
    options: { help: { type: 'boolean' }, ...texts },
    // Strict stops at the first mistake.
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values: Record<string, string | undefined> = {};
  const given = new Set<string>();
  let afterUnknown = -1;
  for (const token of tokens) {
    if (token.kind === 'option' && token.name === 'help') return 'help';
    if (token.kind === 'option') {
      if (given.has(token.name)) mistakes.push(`${token.rawName} is given twice`);
      given.add(token.name);
      if (!names.includes(token.name)) {
        mistakes.push(`${token.rawName}: there is no such option`);
        afterUnknown = token.index + 1;
      } else if (token.value === undefined || token.value === '' || isOption(token)) {
        mistakes.push(`${token.rawName}: a value is missing`);
      } else values[token.name] = token.value;
    } else if (token.kind === 'positional' && token.index !== afterUnknown) {
      // The word behind an unknown option was meant as its value.
      mistakes.push(`"${token.value}": expected an option before it`);
    }
  }
  if (!given.has('data')) mistakes.push('--data is missing');
  return values;
}

/** Whether what stands in a value's place is the next option: `--json --rows x`. */
function isOption(token: { readonly value: string; readonly inlineValue: boolean }): boolean {
  return !token.inlineValue && token.value.startsWith('--');
}
