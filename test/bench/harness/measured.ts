/** One figure of several runs. */
export interface Measured {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: readonly number[];
}

export function measured(runs: readonly number[]): Measured {
  const sorted = runs.toSorted((a, b) => a - b);
  return { median: quantile(sorted, 0.5), min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN, runs };
}

/** Nearest rank; the median of an even number of values is the mean of the two in the middle. NaN where there is none. */
export function quantile(sorted: readonly number[], share: number): number {
  if (share === 0.5 && sorted.length % 2 === 0) {
    const upper = sorted.length / 2;
    return ((sorted[upper - 1] ?? Number.NaN) + (sorted[upper] ?? Number.NaN)) / 2;
  }
  return sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)] ?? Number.NaN;
}

/** Latencies in milliseconds. */
export interface Latency {
  readonly count: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
}

export function latencyOf(valuesMs: readonly number[]): Latency {
  const sorted = valuesMs.toSorted((a, b) => a - b);
  const known = (value: number): number | null => (Number.isNaN(value) ? null : Math.round(value * 100) / 100);
  return {
    count: sorted.length,
    p50Ms: known(quantile(sorted, 0.5)),
    p99Ms: known(quantile(sorted, 0.99)),
    maxMs: known(sorted.at(-1) ?? Number.NaN),
  };
}
