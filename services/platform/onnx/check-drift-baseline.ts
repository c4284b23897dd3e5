import { Type, type Static } from 'typebox';
import type { TreeEnsemble } from '../../core/explain/tree-ensemble.ts';
import type { DriftBaseline } from '../../core/quality/drift-baseline.ts';
import type { ExpectedFeatures } from './check-feature-schema.ts';
import { parseJsonDocument } from './json-document.ts';
import { compare, shown, type Checked, type Misfit } from './misfit.ts';
import { usedFeatures } from './used-features.ts';

const WHERE = 'drift_baseline.json';
const MAX_BINS = 10;

const Count = Type.Integer({ minimum: 0 });
const HistogramShape = Type.Object({ edges: Type.Array(Type.Number()), counts: Type.Array(Count) });
const BaselineFile = Type.Object({
  schemaSha256: Type.String(),
  rows: Type.Integer({ minimum: 1 }),
  features: Type.Array(
    Type.Object({
      name: Type.String(),
      edges: Type.Array(Type.Number(), { maxItems: MAX_BINS - 1 }),
      counts: Type.Array(Count),
      missing: Count,
    }),
  ),
  score: HistogramShape,
});

/**
 * Reads drift_baseline.json: how the features that the trees look at, and the scores, were spread over the population that
 * the model was made for.
 *
 * @param ensemble undefined where the graph could not be read: that is told elsewhere.
 */
export function checkDriftBaseline(
  bytes: Uint8Array,
  { featureNames, featureSchemaSha256, ensemble }: ExpectedFeatures & { readonly ensemble: TreeEnsemble | undefined },
): Checked<DriftBaseline> {
  const { value: file, misfits } = parseJsonDocument(WHERE, bytes, BaselineFile);
  if (file === undefined) return { value: undefined, misfits };
  const { rows, features, score } = file;
  return {
    value: {
      rows,
      features: features.map(({ name, edges, counts, missing }) => ({
        name,
        index: featureNames.indexOf(name),
        edges: Float32Array.from(edges),
        counts,
        missing,
      })),
      score: { edges: Float32Array.from(score.edges), counts: score.counts },
    },
    misfits: [
      ...compare(`${WHERE} schemaSha256`, featureSchemaSha256, file.schemaSha256),
      ...(ensemble === undefined ? [] : checkNames(usedFeatures(ensemble, featureNames), features)),
      ...features.flatMap(({ name, missing, ...histogram }) =>
        checkHistogram(`${WHERE} ${name}`, histogram, { rows, missing }),
      ),
      ...checkHistogram(`${WHERE} score`, score, { rows, missing: 0 }),
      ...checkScoreEdges(score.edges),
    ],
  };
}

function checkNames(used: readonly string[], features: readonly { readonly name: string }[]): readonly Misfit[] {
  const found = features.map(({ name }) => name);
  if (found.length === used.length && found.every((name, index) => name === used[index])) return [];
  const missing = used.filter((name) => !found.includes(name));
  const unused = found.filter((name) => !used.includes(name));
  const differences = [
    ...(missing.length > 0 ? [`none for ${missing.join(', ')}`] : []),
    ...(unused.length > 0 ? [`some for ${unused.join(', ')}`] : []),
  ];
  return [
    {
      where: `${WHERE} features`,
      expected: 'one entry for each feature that the trees use, in vector order',
      found: differences.join(' and ') || 'them repeated or in another order',
    },
  ];
}

function checkHistogram(
  where: string,
  { edges, counts }: Static<typeof HistogramShape>,
  { rows, missing }: { readonly rows: number; readonly missing: number },
): readonly Misfit[] {
  const isAscending = edges.every((edge, index) => index === 0 || edge > (edges[index - 1] ?? edge));
  // Values are compared as float32: an edge between two of those would move a value to the bin beside it.
  const isFloat32 = edges.every((edge) => Math.fround(edge) === edge);
  const sum = counts.reduce((total, count) => total + count, missing);
  return [
    ...(isAscending && isFloat32 ? [] : [{ where, expected: 'ascending float32 edges', found: shown(edges) }]),
    ...compare(`${where}, number of counts`, edges.length + 1, counts.length),
    ...compare(`${where}, counts and missing together`, rows, sum),
  ];
}

function checkScoreEdges(edges: readonly number[]): readonly Misfit[] {
  return edges.every((edge) => edge > 0 && edge < 1)
    ? []
    : [{ where: `${WHERE} score`, expected: 'edges between 0 and 1', found: shown(edges) }];
}
