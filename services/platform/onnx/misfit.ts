/** One thing about a bundle that is not as this build needs it. */
export interface Misfit {
  /** File, and the part of it, that does not fit. */
  readonly where: string;
  readonly expected: string;
  readonly found: string;
}

/** Thrown when a model bundle must not be served; says everything that does not fit, not only the first thing. */
export class RefusedBundleError extends Error {
  readonly misfits: readonly Misfit[];

  constructor(directory: string, misfits: readonly Misfit[]) {
    const lines = misfits.map(({ where, expected, found }) => `  ${where}: expected ${expected}, found ${found}`);
    super(`refused bundle ${directory}:\n${lines.join('\n')}`);
    this.name = 'RefusedBundleError';
    this.misfits = misfits;
  }
}

/** A part of a bundle as far as it could be read, with all that is wrong with it. */
export interface Checked<T> {
  /** Undefined when the part cannot be used at all. */
  readonly value: T | undefined;
  readonly misfits: readonly Misfit[];
}

/** A misfit when two values differ; values are shown as JSON. */
export function compare(where: string, expected: unknown, found: unknown): readonly Misfit[] {
  if (expected === found) return [];
  return [{ where, expected: shown(expected), found: shown(found) }];
}

/** Compares two lists entry by entry and shows the first few entries that differ. */
export function compareNames(
  where: string,
  expected: readonly string[],
  found: readonly (string | undefined)[],
): readonly Misfit[] {
  if (expected.length !== found.length) {
    return [{ where, expected: `${expected.length} names`, found: `${found.length}` }];
  }
  return expected.flatMap((name, index) => compare(`${where}[${index}]`, name, found[index])).slice(0, 3);
}

/** Text of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A value as JSON, cut where it is long. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
