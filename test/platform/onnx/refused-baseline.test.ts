import assert from 'node:assert/strict';
import type { BundleContents } from '../../../models/pipeline/stand-in/bundle-writer.ts';
import { parsed, testRefusals, textOf, withFields } from '../../support/damaged-bundle.ts';

interface Histogram {
  readonly name: string;
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly missing: number;
}

/** The histograms of the fitting baseline. */
function histograms(): readonly Histogram[] {
  const { features } = parsed(textOf('drift_baseline.json'));
  assert.ok(Array.isArray(features));
  return features.map((feature: Histogram) => feature);
}

/** The bundle with the first histogram of its baseline changed. */
function withHistogram(change: (histogram: Histogram) => Partial<Histogram>): BundleContents {
  const [first, ...others] = histograms();
  assert.ok(first);
  return withFields('drift_baseline.json', { features: [{ ...first, ...change(first) }, ...others] });
}

testRefusals([
  [
    'a baseline of other features',
    'drift_baseline.json',
    withFields('drift_baseline.json', { schemaSha256: 'b' }),
    /schemaSha256: expected "aaa.*", found "b"/,
  ],
  [
    'a baseline without one of the features that the trees use',
    'drift_baseline.json',
    withFields('drift_baseline.json', { features: histograms().slice(1) }),
    /features: expected one entry for each .*, found none for feature_0/,
  ],
  [
    'a baseline with a feature that the trees do not use',
    'drift_baseline.json',
    withFields('drift_baseline.json', { features: [...histograms(), { ...histograms()[0], name: 'income' }] }),
    /features: expected one entry for each .*, found some for income/,
  ],
  [
    'a baseline in another order',
    'drift_baseline.json',
    withFields('drift_baseline.json', { features: histograms().toReversed() }),
    /features: expected one entry for each .*, found them repeated or in another order/,
  ],
  [
    'a histogram with falling edges',
    'drift_baseline.json',
    withHistogram(({ edges }) => ({ edges: edges.toReversed() })),
    /feature_0: expected ascending float32 edges, found \[/,
  ],
  [
    'a histogram with an edge between two float32 numbers',
    'drift_baseline.json',
    withHistogram(({ edges }) => ({ edges: edges.with(0, -1.1 - 1e-12) })),
    /feature_0: expected ascending float32 edges, found \[/,
  ],
  [
    'a histogram with an edge too many',
    'drift_baseline.json',
    withHistogram(({ edges }) => ({ edges: edges.slice(1) })),
    /feature_0, number of counts: expected 9, found 10/,
  ],
  [
    'a histogram of more than ten bins',
    'drift_baseline.json',
    withHistogram(() => ({ edges: Array.from({ length: 10 }, (_, index) => index) })),
    /features\[0\].edges: expected not have more than 9 items|features\[0\].edges: expected .*9 items/,
  ],
  [
    'a histogram that lost a row',
    'drift_baseline.json',
    withHistogram(({ missing }) => ({ missing: missing - 1 })),
    /feature_0, counts and missing together: expected 1000, found 999/,
  ],
  [
    'a histogram that counts half a row',
    'drift_baseline.json',
    withHistogram(({ missing }) => ({ missing: missing - 0.5 })),
    /features\[0\].missing: expected integer, found/,
  ],
  [
    'a histogram of scores beyond certainty',
    'drift_baseline.json',
    withFields('drift_baseline.json', { score: { edges: [2], counts: [1_000, 0] } }),
    /score: expected edges between 0 and 1, found \[2\]/,
  ],
  [
    'a histogram of other scores',
    'drift_baseline.json',
    withFields('drift_baseline.json', { score: { edges: [0.5], counts: [1, 2] } }),
    /score, counts and missing together: expected 1000, found 3/,
  ],
]);
