import { accepted, refused, type Outcome } from '../outcome.ts';

/**
 * Binary regression trees over float32 features, flattened into one array per attribute; entry n speaks of node n.
 *
 *   margin = scale × (baseValue + Σ value of the leaf reached in each tree) + offset
 *   probability = 1 / (1 + e^−margin)
 *
 * The two children of a branch are neighbours (true first), so a walk needs one index and one comparison per level.
 */
export interface TreeEnsemble {
  readonly featureCount: number;
  /** Root node of each tree. */
  readonly roots: Int32Array;
  /** Feature that a branch looks at; −1 for a leaf. */
  readonly featureIndex: Int32Array;
  /** A branch is true when its feature is ≤ threshold; 0 for a leaf. */
  readonly threshold: Float32Array;
  /** Child taken when true; the other one is the next node. −1 for a leaf. */
  readonly trueChild: Int32Array;
  /** 1 when a missing feature (NaN) counts as true. */
  readonly missingIsTrue: Uint8Array;
  /** Value of a leaf; 0 for a branch. */
  readonly leafValue: Float32Array;
  /** Training rows that passed each node; undefined when the model does not carry them. */
  readonly cover: Float64Array | undefined;
  readonly baseValue: number;
  readonly scale: number;
  readonly offset: number;
}

/** One node before flattening; children are positions in the list of nodes. */
export type TreeNode =
  | {
      readonly kind: 'branch';
      readonly featureIndex: number;
      readonly threshold: number;
      readonly missingIsTrue: boolean;
      readonly whenTrue: number;
      readonly whenFalse: number;
      readonly cover: number | undefined;
    }
  | { readonly kind: 'leaf'; readonly value: number; readonly cover: number | undefined };

export interface EnsembleParts {
  readonly featureCount: number;
  readonly nodes: readonly TreeNode[];
  readonly baseValue: number;
  readonly scale: number;
  readonly offset: number;
}

/**
 * Flattens nodes into an ensemble; every node without a parent is the root of a tree, in the order given.
 * Refuses nodes that do not form trees, features out of range and numbers that are not.
 */
export function assembleTreeEnsemble(parts: EnsembleParts): Outcome<TreeEnsemble, 'not_trees'> {
  const { nodes, featureCount, baseValue, scale, offset } = parts;
  const fault = findFault(parts);
  if (fault !== undefined) return refused('not_trees', fault);

  const isChild = new Uint8Array(nodes.length);
  for (const node of nodes) {
    if (node.kind === 'leaf') continue;
    isChild[node.whenTrue] = 1;
    isChild[node.whenFalse] = 1;
  }
  const rootPositions = [...nodes.keys()].filter((position) => isChild[position] === 0);

  const roots = new Int32Array(rootPositions.length);
  const featureIndex = new Int32Array(nodes.length).fill(-1);
  const threshold = new Float32Array(nodes.length);
  const trueChild = new Int32Array(nodes.length).fill(-1);
  const missingIsTrue = new Uint8Array(nodes.length);
  const leafValue = new Float32Array(nodes.length);
  const cover = new Float64Array(nodes.length);

  // A whole tree lies together, level by level: position[n] is the place in `nodes` of flattened node n.
  const positions: number[] = [];
  let next = 0;
  for (const [tree, rootPosition] of rootPositions.entries()) {
    roots[tree] = positions.length;
    positions.push(rootPosition);
    for (; next < positions.length; next += 1) {
      const node = nodes[positions[next] ?? -1];
      if (node === undefined) continue;
      cover[next] = node.cover ?? 0;
      if (node.kind === 'leaf') {
        leafValue[next] = node.value;
        continue;
      }
      featureIndex[next] = node.featureIndex;
      threshold[next] = node.threshold;
      missingIsTrue[next] = node.missingIsTrue ? 1 : 0;
      trueChild[next] = positions.length;
      positions.push(node.whenTrue, node.whenFalse);
    }
  }
  if (positions.length !== nodes.length) return refused('not_trees', 'some nodes form a circle');

  const trees = { featureCount, roots, featureIndex, threshold, trueChild, missingIsTrue, leafValue };
  return accepted({ ...trees, cover: addsUp(trees, cover) ? cover : undefined, baseValue, scale, offset });
}

function findFault({ nodes, featureCount, baseValue, scale, offset }: EnsembleParts): string | undefined {
  if (nodes.length === 0) return 'no nodes';
  if (![baseValue, scale, offset].every(Number.isFinite)) return 'base value, scale and offset must be finite';
  const parents = new Uint8Array(nodes.length);
  for (const [position, node] of nodes.entries()) {
    if (node.kind === 'leaf') {
      if (!Number.isFinite(node.value)) return `leaf ${position} has value ${node.value}`;
      continue;
    }
    if (!(node.featureIndex >= 0 && node.featureIndex < featureCount)) {
      return `branch ${position} looks at feature ${node.featureIndex} of ${featureCount}`;
    }
    if (Number.isNaN(node.threshold)) return `branch ${position} has no threshold`;
    for (const child of [node.whenTrue, node.whenFalse]) {
      const known = parents[child];
      if (known === undefined) return `branch ${position} has a child ${child} that does not exist`;
      if (known > 0) return `node ${child} has two parents`;
      parents[child] = 1;
    }
  }
  return undefined;
}

/**
 * True covers add up: a branch saw the rows of its two children. Converters that have none fill the attribute with
 * zeros or ones, which do not; so the sum tells counts from filling. The tolerance is for counts rounded to float32.
 */
function addsUp(trees: Pick<TreeEnsemble, 'trueChild'>, cover: Float64Array): boolean {
  for (const [node, child] of trees.trueChild.entries()) {
    const own = cover[node] ?? 0;
    if (!(own > 0)) return false;
    if (child < 0) continue;
    const children = (cover[child] ?? 0) + (cover[child + 1] ?? 0);
    if (Math.abs(own - children) > 1e-5 * own) return false;
  }
  return true;
}
