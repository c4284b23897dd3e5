import { accepted, refused, type Outcome } from '../outcome.ts';
import { gaussLegendre, type QuadratureRule } from './gauss-legendre.ts';
import { toShapTrees, type ShapTrees } from './shap-trees.ts';
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
  const addContributions = createTreeWalk(ensemble, trees);

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

// Indices below come from the assembled ensemble and stay within its arrays: `as number` only drops the compiler's doubt.

function createTreeWalk(
  { roots, featureIndex, threshold, trueChild, missingIsTrue, leafValue }: TreeEnsemble,
  { end, share, earlier, pathFeatures, largestTree, mostFeatures }: ShapTrees,
): (tree: number, row: Float32Array, contributions: Float64Array) => void {
  const rules = Array.from({ length: Math.ceil(mostFeatures / 2) + 1 }, (_, points) => gaussLegendre(points));
  const width = rules.length;
  // One entry per node of the current tree, or `width` entries: one per point of the rule.
  const metChild = new Int32Array(largestTree);
  const metShare = new Float64Array(largestTree);
  const reach = new Float64Array(largestTree * width);
  const metChance = new Float64Array(largestTree * width);
  const expected = new Float64Array(largestTree * width);

  /** Fills reach, metChance, metChild and metShare; level order has every branch before its children. */
  function sendDown(row: Float32Array, [root, last]: Range, { points }: QuadratureRule): void {
    const count = points.length;
    for (let point = 0; point < count; point += 1) reach[point] = 1;
    for (let node = root; node <= last; node += 1) {
      const feature = featureIndex[node] as number;
      if (feature < 0) continue;
      const value = row[feature] as number;
      // `value !== value` is NaN: no number is unequal to itself.
      const isFalse = value > (threshold[node] as number) || (value !== value && missingIsTrue[node] === 0);
      const firstChild = trueChild[node] as number;
      const met = isFalse ? firstChild + 1 : firstChild;
      const other = isFalse ? firstChild : firstChild + 1;
      const a = shareBefore(node, root);
      const z = share[met] as number;
      metChild[node - root] = met;
      metShare[met - root] = a * z;
      metShare[other - root] = 0;
      const here = (node - root) * width;
      const toMet = (met - root) * width;
      const toOther = (other - root) * width;
      for (let point = 0; point < count; point += 1) {
        const t = points[point] as number;
        const tau = a === 1 ? t : a === 0 ? 0 : t / (a + t * (1 - a));
        const chance = tau + (1 - tau) * z;
        const arrived = reach[here + point] as number;
        metChance[here + point] = chance;
        reach[toMet + point] = arrived * chance;
        reach[toOther + point] = arrived * (1 - chance);
      }
    }
  }

  /** Fills expected from the leaves upwards and adds what each branch contributes. */
  function gatherUp(contributions: Float64Array, [root, last]: Range, { points, weights }: QuadratureRule): void {
    const count = points.length;
    for (let node = last; node >= root; node -= 1) {
      const here = (node - root) * width;
      const feature = featureIndex[node] as number;
      if (feature < 0) {
        const value = leafValue[node] as number;
        for (let point = 0; point < count; point += 1) expected[here + point] = value;
        continue;
      }
      const met = metChild[node - root] as number;
      const firstChild = trueChild[node] as number;
      const other = met === firstChild ? firstChild + 1 : firstChild;
      const a = shareBefore(node, root);
      const toMet = (met - root) * width;
      const toOther = (other - root) * width;
      let sum = 0;
      for (let point = 0; point < count; point += 1) {
        const otherwise = expected[toOther + point] as number;
        const gain = (expected[toMet + point] as number) - otherwise;
        expected[here + point] = otherwise + (metChance[here + point] as number) * gain;
        const change = (weights[point] as number) * (reach[here + point] as number) * gain;
        if (a === 1) {
          sum += change;
        } else {
          const scaled = a + (points[point] as number) * (1 - a);
          sum += change / (scaled * scaled);
        }
      }
      contributions[feature] = (contributions[feature] as number) + a * (share[other] as number) * sum;
    }
  }

  /** The `a` of the formula above. */
  function shareBefore(node: number, root: number): number {
    const asked = earlier[node] as number;
    return asked < 0 ? 1 : (metShare[asked - root] as number);
  }

  return function addContributions(tree, row, contributions) {
    const range: Range = [roots[tree] as number, (end[tree] as number) - 1];
    const rule = rules[Math.ceil((pathFeatures[tree] as number) / 2)] as QuadratureRule;
    sendDown(row, range, rule);
    gatherUp(contributions, range, rule);
  };
}

/** First and last node of a tree. */
type Range = readonly [number, number];
