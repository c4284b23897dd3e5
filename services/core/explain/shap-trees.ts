import type { TreeEnsemble } from './tree-ensemble.ts';

/** What TreeSHAP needs to know of the trees besides the ensemble itself; nothing here depends on a row. */
export interface ShapTrees {
  /** Node after the last one of each tree. */
  readonly end: Int32Array;
  /** Share (0–1) of its parent's training rows that went to each node; 1 for a root. */
  readonly share: Float64Array;
  /** For a branch: the nearest node on its path whose parent asked about the same feature; −1 when none did. */
  readonly earlier: Int32Array;
  /** Most different features on one path of each tree. */
  readonly pathFeatures: Int32Array;
  readonly largestTree: number;
  readonly mostFeatures: number;
  /** Σ over the trees of the leaf value that a training row gets on average. */
  readonly meanLeafValue: number;
}

/** Prepares an ensemble whose node covers are given. */
export function toShapTrees(ensemble: TreeEnsemble, cover: Float64Array): ShapTrees {
  const { roots, featureIndex, trueChild, leafValue } = ensemble;
  const nodeCount = featureIndex.length;
  const end = Int32Array.from(roots, (_, tree) => roots[tree + 1] ?? nodeCount);
  const share = new Float64Array(nodeCount).fill(1);
  const earlier = new Int32Array(nodeCount).fill(-1);
  const pathFeatures = new Int32Array(roots.length);
  let meanLeafValue = 0;

  for (const [tree, root] of roots.entries()) {
    // Node at which each feature of a path was answered last, and the share of all training rows that came there.
    const paths = new Map([[root, { answeredAt: new Map<number, number>(), reach: 1 }]]);
    for (const [node, { answeredAt, reach }] of paths) {
      const child = trueChild[node] ?? -1;
      if (child < 0) {
        meanLeafValue += reach * (leafValue[node] ?? 0);
        pathFeatures[tree] = Math.max(pathFeatures[tree] ?? 0, answeredAt.size);
        continue;
      }
      const feature = featureIndex[node] ?? -1;
      earlier[node] = answeredAt.get(feature) ?? -1;
      // Divided by the children's sum, not by the branch's own count, so that rounded counts still make shares of one.
      const both = (cover[child] ?? 0) + (cover[child + 1] ?? 0);
      for (const next of [child, child + 1]) {
        const part = (cover[next] ?? 0) / both;
        share[next] = part;
        paths.set(next, { answeredAt: new Map(answeredAt).set(feature, next), reach: reach * part });
      }
    }
  }
  return {
    end,
    share,
    earlier,
    pathFeatures,
    largestTree: roots.reduce((largest, root, tree) => Math.max(largest, (end[tree] ?? root) - root), 0),
    mostFeatures: pathFeatures.reduce((most, features) => Math.max(most, features), 0),
    meanLeafValue,
  };
}
