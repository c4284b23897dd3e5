import type { EnsembleParts } from '../../../services/core/explain/tree-ensemble.ts';
import type { WrittenCase } from './golden-writer.ts';

const BINS = 10;

/** What drift_baseline.json says of a population: here the golden cases, where a trainer takes real customers. */
export function driftBaselineOf(
  {
    forest,
    featureNames,
    featureSchemaSha256,
  }: {
    readonly forest: EnsembleParts;
    readonly featureNames: readonly string[];
    readonly featureSchemaSha256: string;
  },
  cases: readonly WrittenCase[],
): object {
  const used = new Set(forest.nodes.map((node) => (node.kind === 'branch' ? node.featureIndex : -1)));
  const features = featureNames.flatMap((name, index) => {
    if (!used.has(index)) return [];
    const values = cases.map(({ vector }) => vector[index] ?? null);
    const known = values.filter((value) => value !== null);
    return [{ name, ...histogramOf(known), missing: values.length - known.length }];
  });
  const score = histogramOf(cases.map(({ probability }) => Math.fround(probability)));
  return { schemaSha256: featureSchemaSha256, rows: cases.length, features, score };
}

/** Bins of about equal counts; bin i holds what is ≤ edge i, the last one the rest. */
function histogramOf(values: readonly number[]): {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
} {
  const sorted = values.toSorted((one, other) => one - other);
  const cuts = Array.from({ length: BINS - 1 }, (_, index) => sorted[Math.floor(((index + 1) * sorted.length) / BINS)]);
  const edges = [...new Set(cuts.filter((cut) => cut !== undefined))];
  const below = [...edges.map((edge) => sorted.filter((value) => value <= edge).length), sorted.length];
  return { edges, counts: below.map((count, index) => count - (below[index - 1] ?? 0)) };
}
