import assert from 'node:assert/strict';
import { probabilityOf } from '../../../services/core/explain/score-tree.ts';
import { assembleTreeEnsemble, type EnsembleParts } from '../../../services/core/explain/tree-ensemble.ts';
import { createTreeExplainer } from '../../../services/core/explain/tree-shap.ts';
import { naiveMargin, randomRows, seededRandom } from './random-trees.ts';

/** One line of golden.jsonl. */
export interface WrittenCase {
  /** null is missing. */
  readonly vector: readonly (number | null)[];
  readonly rawMargin: number;
  readonly probability: number;
  readonly contributions?: readonly number[];
}

const CASES = 1_000;
const EXPLAINED = 200;

const known = new WeakMap<EnsembleParts, readonly WrittenCase[]>();

/**
 * As many cases as a bundle must have. Margins come from the naive oracle; contributions from the explainer itself, which
 * is held to an oracle of its own elsewhere.
 */
export function goldenCasesOf(forest: EnsembleParts): readonly WrittenCase[] {
  const cases = known.get(forest) ?? makeCases(forest);
  known.set(forest, cases);
  return cases;
}

function makeCases(forest: EnsembleParts): readonly WrittenCase[] {
  const { featureCount } = forest;
  const ensemble = assembleTreeEnsemble(forest);
  assert.ok(ensemble.ok);
  const explainer = createTreeExplainer(ensemble.value);
  assert.ok(explainer.ok);
  const { explain } = explainer.value;
  const rows = randomRows(seededRandom(CASES), forest, { count: CASES, missingShare: 0.1 });
  return Array.from({ length: CASES }, (_, index) => {
    const row = rows.subarray(index * featureCount, (index + 1) * featureCount);
    const rawMargin = naiveMargin(forest, row);
    const golden = {
      vector: Array.from(row, (value) => (Number.isNaN(value) ? null : value)),
      rawMargin,
      probability: probabilityOf(rawMargin),
    };
    if (index >= EXPLAINED) return golden;
    const { base, contributions } = explain(row);
    return { ...golden, contributions: [...contributions, base] };
  });
}
