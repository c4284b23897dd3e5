import { accepted, refused, type Outcome } from '../outcome.ts';
import { toShapTrees } from './shap-trees.ts';
import { createShapWalk } from './shap-walk.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';

/** Shapley values of one raw margin: base + Σ contributions = raw margin (log-odds). */
export interface Explanation {
  /** Mean raw margin over the training rows, as the covers tell it. */
  readonly base: number;
  /** Contribution of each feature, in vector order. */
  readonly contributions: Float64Array;
}

export interface TreeExplainer {
  readonly base: number;
  /**
   * Explains one vector (NaN = missing). Writes into `contributions` when it is given, else into a new array.
   * Keeps its workspace between calls: nothing is allocated per tree or node.
   */
  readonly explain: (row: Float32Array, contributions?: Float64Array) => Explanation;
}

/**
 * Exact path-dependent TreeSHAP in O(nodes × depth).
 *
 * Path-dependent means: a feature inside the coalition decides its branches by its value; one outside sends the row
 * both ways, in the shares z of the training rows. Let every feature be inside with the same chance t, each by its own
 * coin. The expected margin E(t) then runs from the base (t = 0) to the raw margin (t = 1), and the Shapley value of
 * a feature is the integral over t of what raising its own coin alone would change. In a tree, for one t:
 *
 *   reach      chance to arrive at a branch;  U = expected leaf value from a node on;  met = child the row itself takes
 *   a          share of the training rows that meet all earlier questions on this path about the same feature
 *              (1: none was asked; 0: the row failed one, so having come here the feature must be outside)
 *   τ          = t / (a + t (1 − a)), chance that the feature is inside, given that the row came here
 *   dτ/dt      = a / (a + t (1 − a))²
 *   to met     with chance τ + (1 − τ) z_met,  else to the other child
 *   φ          += ∫ reach · dτ/dt · z_other · (U_met − U_other) dt
 *
 * Summed over the branches that ask about one feature the integrand is a polynomial of a degree below the number of
 * different features on a path, so that a Gauss–Legendre rule of half as many points gives the integral itself, not
 * an estimate. All terms are products of chances: nothing cancels, however deep the tree.
 */
export function createTreeExplainer(ensemble: TreeEnsemble): Outcome<TreeExplainer, 'no_node_covers'> {
  if (ensemble.cover === undefined) return refused('no_node_covers', 'model carries no node covers');
  const { featureCount, scale } = ensemble;
  const trees = toShapTrees(ensemble, ensemble.cover);
  const base = scale * (ensemble.baseValue + trees.meanLeafValue) + ensemble.offset;
  const addContributions = createShapWalk(ensemble, trees);

  function explain(row: Float32Array, contributions: Float64Array = new Float64Array(featureCount)): Explanation {
    if (row.length !== featureCount || contributions.length !== featureCount) {
      throw new RangeError(`vectors of ${featureCount} features are needed, got ${row.length}`);
    }
    contributions.fill(0);
    for (let tree = 0; tree < ensemble.roots.length; tree += 1) addContributions(tree, row, contributions);
    for (const [feature, contribution] of contributions.entries()) contributions[feature] = scale * contribution;
    return { base, contributions };
  }
  return accepted({ base, explain });
}
