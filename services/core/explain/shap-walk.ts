import { gaussLegendre } from './gauss-legendre.ts';
import type { ShapTrees } from './shap-trees.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';

/**
 * Points of the quadrature rule that one walk through a tree takes along. They are written out below: with a loop over
 * the points an explanation takes about a third longer. Three are exact for paths of up to six different features; trees
 * with longer ones are walked again for the rest of their points.
 */
const LANES = 3;

// Indices below come from the assembled ensemble and stay within its arrays: `as number` only drops the compiler's doubt.

/**
 * Adds the contributions of one tree, not yet scaled, to an array. The letters are those of createTreeExplainer; each
 * stands once per lane. Leaves need no reach, and their expected value is their own.
 */
export function createShapWalk(
  { roots, featureIndex, threshold, trueChild, missingIsTrue, leafValue }: TreeEnsemble,
  { end, share, earlier, pathFeatures, largestTree, mostFeatures }: ShapTrees,
): (tree: number, row: Float32Array, contributions: Float64Array) => void {
  const lanesOf = Array.from({ length: walksFor(mostFeatures) + 1 }, (_, walks) => lanesFor(walks));
  // One entry per node of the current tree, or one per node and lane.
  const metChild = new Int32Array(largestTree);
  const metShare = new Float64Array(largestTree);
  const reach = new Float64Array(largestTree * LANES);
  const metChance = new Float64Array(largestTree * LANES);
  const expected = new Float64Array(largestTree * LANES);

  /** Fills reach, metChance, metChild and metShare; level order has every branch before its children. */
  function sendDown(row: Float32Array, root: number, last: number, { t0, t1, t2 }: Lanes): void {
    reach.fill(1, 0, LANES);
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

      // τ + (1 − τ) z, with the two commonest shares put in.
      let chance0 = z;
      let chance1 = z;
      let chance2 = z;
      if (a === 1) {
        chance0 += t0 * (1 - z);
        chance1 += t1 * (1 - z);
        chance2 += t2 * (1 - z);
      } else if (a !== 0) {
        chance0 += (t0 / (a + t0 * (1 - a))) * (1 - z);
        chance1 += (t1 / (a + t1 * (1 - a))) * (1 - z);
        chance2 += (t2 / (a + t2 * (1 - a))) * (1 - z);
      }
      const here = (node - root) * LANES;
      metChance[here] = chance0;
      metChance[here + 1] = chance1;
      metChance[here + 2] = chance2;
      const reach0 = reach[here] as number;
      const reach1 = reach[here + 1] as number;
      const reach2 = reach[here + 2] as number;
      if ((featureIndex[met] as number) >= 0) {
        const toMet = (met - root) * LANES;
        reach[toMet] = reach0 * chance0;
        reach[toMet + 1] = reach1 * chance1;
        reach[toMet + 2] = reach2 * chance2;
      }
      if ((featureIndex[other] as number) >= 0) {
        const toOther = (other - root) * LANES;
        reach[toOther] = reach0 * (1 - chance0);
        reach[toOther + 1] = reach1 * (1 - chance1);
        reach[toOther + 2] = reach2 * (1 - chance2);
      }
    }
  }

  /** Fills expected from the leaves upwards and adds what each branch contributes. */
  function gatherUp(contributions: Float64Array, root: number, last: number, lanes: Lanes): void {
    const { t0, t1, t2, weight0, weight1, weight2 } = lanes;
    for (let node = last; node >= root; node -= 1) {
      const feature = featureIndex[node] as number;
      if (feature < 0) continue;
      const met = metChild[node - root] as number;
      const firstChild = trueChild[node] as number;
      const other = met === firstChild ? firstChild + 1 : firstChild;
      const isMetLeaf = (featureIndex[met] as number) < 0;
      const isOtherLeaf = (featureIndex[other] as number) < 0;
      const toMet = (met - root) * LANES;
      const toOther = (other - root) * LANES;
      const metLeaf = leafValue[met] as number;
      const otherLeaf = leafValue[other] as number;
      const otherwise0 = isOtherLeaf ? otherLeaf : (expected[toOther] as number);
      const otherwise1 = isOtherLeaf ? otherLeaf : (expected[toOther + 1] as number);
      const otherwise2 = isOtherLeaf ? otherLeaf : (expected[toOther + 2] as number);
      const gain0 = (isMetLeaf ? metLeaf : (expected[toMet] as number)) - otherwise0;
      const gain1 = (isMetLeaf ? metLeaf : (expected[toMet + 1] as number)) - otherwise1;
      const gain2 = (isMetLeaf ? metLeaf : (expected[toMet + 2] as number)) - otherwise2;
      const here = (node - root) * LANES;
      expected[here] = otherwise0 + (metChance[here] as number) * gain0;
      expected[here + 1] = otherwise1 + (metChance[here + 1] as number) * gain1;
      expected[here + 2] = otherwise2 + (metChance[here + 2] as number) * gain2;

      const a = shareBefore(node, root);
      if (a === 0) continue;
      let change0 = weight0 * (reach[here] as number) * gain0;
      let change1 = weight1 * (reach[here + 1] as number) * gain1;
      let change2 = weight2 * (reach[here + 2] as number) * gain2;
      if (a !== 1) {
        change0 /= (a + t0 * (1 - a)) ** 2;
        change1 /= (a + t1 * (1 - a)) ** 2;
        change2 /= (a + t2 * (1 - a)) ** 2;
      }
      const sum = change0 + change1 + change2;
      contributions[feature] = (contributions[feature] as number) + a * (share[other] as number) * sum;
    }
  }

  /** The `a` of the formula. */
  function shareBefore(node: number, root: number): number {
    const asked = earlier[node] as number;
    return asked < 0 ? 1 : (metShare[asked - root] as number);
  }

  return function addContributions(tree, row, contributions) {
    const root = roots[tree] as number;
    const last = (end[tree] as number) - 1;
    for (const lanes of lanesOf[walksFor(pathFeatures[tree] as number)] ?? []) {
      sendDown(row, root, last, lanes);
      gatherUp(contributions, root, last, lanes);
    }
  };
}

/** Points (t) of a rule and their weights, as many as one walk takes along. */
interface Lanes {
  readonly t0: number;
  readonly t1: number;
  readonly t2: number;
  readonly weight0: number;
  readonly weight1: number;
  readonly weight2: number;
}

/** Walks that a path of so many different features takes: its integrand is exact with half as many points. */
function walksFor(features: number): number {
  return Math.ceil(features / 2 / LANES);
}

/** The rule that is exact for trees of so many walks, cut into the lanes of each. */
function lanesFor(walks: number): readonly Lanes[] {
  const { points, weights } = gaussLegendre(walks * LANES);
  return Array.from({ length: walks }, (_, walk) => {
    const at = walk * LANES;
    return {
      t0: points[at] as number,
      t1: points[at + 1] as number,
      t2: points[at + 2] as number,
      weight0: weights[at] as number,
      weight1: weights[at + 1] as number,
      weight2: weights[at + 2] as number,
    };
  });
}
