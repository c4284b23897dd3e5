import { probabilityOf, rawMargin } from '../../core/explain/score-tree.ts';
import type { TreeEnsemble } from '../../core/explain/tree-ensemble.ts';
import { createTreeExplainer } from '../../core/explain/tree-shap.ts';
import type { GoldenCase } from './golden-case.ts';
import type { Misfit } from './misfit.ts';
import type { ScoringSession } from './open-session.ts';

const PROBABILITY_TOLERANCE = 1e-6;
/** Leaf values are rounded to float32 in ONNX, on a scale where a probability moves at most a quarter as much. */
const MARGIN_TOLERANCE = 1e-5;
/** A contribution is made of the same leaf values, weighted by shares of rows. */
const CONTRIBUTION_TOLERANCE = 1e-4;

/** A number that two sides give; the worst of many is told. */
interface Comparison {
  /** Position of the golden case. */
  readonly index: number;
  readonly expected: number;
  readonly found: number;
}

/**
 * Scores the golden cases with ONNX Runtime and with the walker, and explains those that carry contributions: the
 * trainer, the runtime, the walker and the explainer must agree.
 */
export async function checkGolden(
  cases: readonly GoldenCase[],
  { session, ensemble }: { readonly session: ScoringSession; readonly ensemble: TreeEnsemble },
): Promise<readonly Misfit[]> {
  const { featureCount } = ensemble;
  const rows = new Float32Array(cases.length * featureCount);
  for (const [index, { vector }] of cases.entries()) rows.set(vector, index * featureCount);
  const probabilities = await session.scoreBatch(rows, cases.length);
  const margins = cases.map(({ vector }) => rawMargin(ensemble, vector));

  const compareAll = (expected: (golden: GoldenCase) => number, found: (index: number) => number | undefined) =>
    cases.map((golden, index) => ({ index, expected: expected(golden), found: found(index) ?? Number.NaN }));
  return [
    ...tellWorst(
      'probability by ONNX Runtime',
      PROBABILITY_TOLERANCE,
      compareAll(
        ({ probability }) => probability,
        (index) => probabilities[index],
      ),
    ),
    ...tellWorst(
      'probability by the tree walker',
      PROBABILITY_TOLERANCE,
      compareAll(
        ({ probability }) => probability,
        (index) => probabilityOf(margins[index] ?? Number.NaN),
      ),
    ),
    ...tellWorst(
      'raw margin by the tree walker',
      MARGIN_TOLERANCE,
      compareAll(
        (golden) => golden.rawMargin,
        (index) => margins[index],
      ),
    ),
    ...checkContributions(cases, ensemble),
  ];
}

function checkContributions(cases: readonly GoldenCase[], ensemble: TreeEnsemble): readonly Misfit[] {
  const explainer = createTreeExplainer(ensemble);
  // Told elsewhere: a model without node covers is refused.
  if (!explainer.ok) return [];
  const sums: Comparison[] = [];
  const worst: Comparison[] = [];
  for (const [index, { vector, contributions, rawMargin: margin }] of cases.entries()) {
    if (contributions === undefined) continue;
    const { base, contributions: own } = explainer.value.explain(vector);
    const parts = contributions.map((expected, part) => ({ index, expected, found: own[part] ?? base }));
    worst.push(parts.reduce(worseOf));
    sums.push({ index, expected: margin, found: contributions.reduce((sum, part) => sum + part, 0) });
  }
  return [
    ...tellWorst('contribution by TreeSHAP', CONTRIBUTION_TOLERANCE, worst),
    ...tellWorst('sum of the contributions', MARGIN_TOLERANCE, sums),
  ];
}

function tellWorst(what: string, tolerance: number, comparisons: readonly Comparison[]): readonly Misfit[] {
  const [first, ...others] = comparisons;
  if (first === undefined) return [];
  const worst = others.reduce(worseOf, first);
  if (differenceOf(worst) <= tolerance) return [];
  const { index, expected, found } = worst;
  return [
    { where: `golden.jsonl case ${index + 1}, ${what}`, expected: `${expected} ± ${tolerance}`, found: `${found}` },
  ];
}

function worseOf(one: Comparison, other: Comparison): Comparison {
  return differenceOf(other) > differenceOf(one) ? other : one;
}

/** A result that is no number differs from everything. */
function differenceOf({ expected, found }: Comparison): number {
  const difference = Math.abs(expected - found);
  return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
}
