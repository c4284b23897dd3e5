import type { DriftBaseline, Histogram } from './drift-baseline.ts';

/**
 * Where the counts of each histogram stand in one flat array:
 *
 *     [feature 0: bins…, missing] [feature 1: bins…, missing] … [scores: bins…]
 *
 * Counts of the same layout merge by adding.
 */
export interface DriftLayout {
  readonly baseline: DriftBaseline;
  /** Begin of each feature's columns, then of the scores', then the end. */
  readonly begins: readonly number[];
  readonly width: number;
}

export function layoutOf(baseline: DriftBaseline): DriftLayout {
  const begins = [0];
  let end = 0;
  for (const { edges } of baseline.features) begins.push((end += edges.length + 2));
  begins.push((end += baseline.score.edges.length + 1));
  return { baseline, begins, width: end };
}

/**
 * Counts one vector and its score.
 *
 * @param vectors in which the vector begins at `at`.
 * @param riskScore 0–1.
 */
export function countVector(
  counts: number[],
  layout: DriftLayout,
  { vectors, at, riskScore }: { readonly vectors: Float32Array; readonly at: number; readonly riskScore: number },
): void {
  const { features, score } = layout.baseline;
  for (let i = 0; i < features.length; i++) {
    const feature = features[i];
    if (feature === undefined) continue;
    const value = vectors[at + feature.index] ?? Number.NaN;
    const bin = Number.isNaN(value) ? feature.edges.length + 1 : binOf(feature, value);
    const column = (layout.begins[i] ?? 0) + bin;
    counts[column] = (counts[column] ?? 0) + 1;
  }
  const column = (layout.begins[features.length] ?? 0) + binOf(score, riskScore);
  counts[column] = (counts[column] ?? 0) + 1;
}

/** Columns of one feature, missing included; of the scores where the index is the number of features. */
export function columnsOf(counts: readonly number[], { begins }: DriftLayout, index: number): readonly number[] {
  return counts.slice(begins[index], begins[index + 1]);
}

/** What the baseline says in the same columns. */
export function baselineColumns({ features, score }: DriftBaseline, index: number): readonly number[] {
  const feature = features[index];
  return feature === undefined ? score.counts : [...feature.counts, feature.missing];
}

/** First bin whose edge is not below the value. */
function binOf({ edges }: Pick<Histogram, 'edges'>, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= (edges[middle] ?? Infinity)) high = middle;
    else low = middle + 1;
  }
  return low;
}
