/** How many differences of a kind are told; one cause usually shows in many places. */
const TOLD = 5;

export interface Differing {
  /** Expected and not there. */
  readonly missing: readonly string[];
  /** There and not expected. */
  readonly surplus: readonly string[];
  /** There with another content. */
  readonly other: readonly string[];
}

/** Compares two maps by key and content. */
export function differing<T>(found: ReadonlyMap<string, T>, expected: ReadonlyMap<string, T>): Differing {
  const missing: string[] = [];
  const other: string[] = [];
  for (const [key, content] of expected) {
    if (!found.has(key)) missing.push(key);
    else if (found.get(key) !== content) other.push(key);
  }
  return { missing, surplus: [...found.keys()].filter((key) => !expected.has(key)), other };
}

/** One line for what differs, with the first of them; none where nothing does. */
export function tell(what: string, keys: readonly string[]): string[] {
  if (keys.length === 0) return [];
  const more = keys.length > TOLD ? ` and ${keys.length - TOLD} more` : '';
  return [`${what}: ${keys.slice(0, TOLD).join(', ')}${more}`];
}
