import type { TreeEnsemble } from '../../core/explain/tree-ensemble.ts';
import type { GoldenCase } from './golden-case.ts';
import type { Misfit } from './misfit.ts';
import { usedFeatures } from './used-features.ts';

const LEAST_CASES = 1_000;
const LEAST_EXPLAINED = 200;
const MOST_NAMED = 5;

/**
 * Are the golden cases enough to trust what they show? Many, some of them explained, and each feature that the trees use
 * once known and once missing, because a missing value goes its own way.
 */
export function checkGoldenCoverage(
  cases: readonly GoldenCase[],
  { ensemble, featureNames }: { readonly ensemble: TreeEnsemble; readonly featureNames: readonly string[] },
): readonly Misfit[] {
  const explained = cases.filter(({ contributions }) => contributions !== undefined).length;
  const used = usedFeatures(ensemble, featureNames).map((name) => ({ name, index: featureNames.indexOf(name) }));
  const neverMissing = used.filter(({ index }) => cases.every(({ vector }) => !Number.isNaN(vector[index])));
  const neverKnown = used.filter(({ index }) => cases.every(({ vector }) => Number.isNaN(vector[index])));
  const checks = [
    { fits: cases.length >= LEAST_CASES, expected: `at least ${LEAST_CASES} cases`, found: `${cases.length}` },
    {
      fits: explained >= LEAST_EXPLAINED,
      expected: `at least ${LEAST_EXPLAINED} cases with contributions`,
      found: `${explained}`,
    },
    {
      fits: neverMissing.length === 0,
      expected: 'each feature that the trees use missing in some case',
      found: `never missing: ${listOf(neverMissing)}`,
    },
    {
      fits: neverKnown.length === 0,
      expected: 'each feature that the trees use known in some case',
      found: `never known: ${listOf(neverKnown)}`,
    },
  ];
  return checks.flatMap(({ fits, expected, found }) => (fits ? [] : [{ where: 'golden.jsonl', expected, found }]));
}

function listOf(features: readonly { readonly name: string }[]): string {
  const names = features.slice(0, MOST_NAMED).map(({ name }) => name);
  const rest = features.length - names.length;
  return names.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
