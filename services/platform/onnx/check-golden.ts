import { probabilityOf, rawMargin } from '../../core/explain/score-tree.ts';
import type { TreeEnsemble } from '../../core/explain/tree-ensemble.ts';
import type { GoldenCase } from './bundle-documents.ts';
import type { Misfit } from './misfit.ts';
import type { ScoringSession } from './open-session.ts';

const PROBABILITY_TOLERANCE = 1e-6;
/** Leaf values are rounded to float32 in ONNX, on a scale where a probability moves at most a quarter as much. */
const MARGIN_TOLERANCE = 1e-5;

/** Scores the golden cases with ONNX Runtime and with the walker; the trainer, the runtime and the walker must agree. */
export async function checkGolden(
  cases: readonly GoldenCase[],
  { session, ensemble }: { readonly session: ScoringSession; readonly ensemble: TreeEnsemble },
): Promise<readonly Misfit[]> {
  if (cases.length === 0) return [];
  const { featureCount } = ensemble;
  const rows = new Float32Array(cases.length * featureCount);
  for (const [index, { vector }] of cases.entries()) rows.set(vector, index * featureCount);
  const probabilities = await session.scoreBatch(rows, cases.length);
  const margins = cases.map(({ vector }) => rawMargin(ensemble, vector));

  const worst = (expected: (golden: GoldenCase) => number, found: (index: number) => number) =>
    cases
      .map((golden, index) => ({ index, expected: expected(golden), found: found(index) }))
      .reduce((one, other) => (differenceOf(other) > differenceOf(one) ? other : one));
  const checks = [
    {
      what: 'probability by ONNX Runtime',
      tolerance: PROBABILITY_TOLERANCE,
      case: worst(
        (golden) => golden.probability,
        (index) => probabilities[index] ?? Number.NaN,
      ),
    },
    {
      what: 'probability by the tree walker',
      tolerance: PROBABILITY_TOLERANCE,
      case: worst(
        (golden) => golden.probability,
        (index) => probabilityOf(margins[index] ?? Number.NaN),
      ),
    },
    {
      what: 'raw margin by the tree walker',
      tolerance: MARGIN_TOLERANCE,
      case: worst(
        (golden) => golden.rawMargin,
        (index) => margins[index] ?? Number.NaN,
      ),
    },
  ];
  return checks
    .filter((check) => differenceOf(check.case) > check.tolerance)
    .map(({ what, tolerance, case: { index, expected, found } }) => ({
      where: `golden.jsonl case ${index + 1}, ${what}`,
      expected: `${expected} ± ${tolerance}`,
      found: `${found}`,
    }));
}

/** A result that is no number differs from everything. */
function differenceOf({ expected, found }: { readonly expected: number; readonly found: number }): number {
  const difference = Math.abs(expected - found);
  return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
}
