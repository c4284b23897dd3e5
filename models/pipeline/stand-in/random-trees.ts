import type { EnsembleParts, TreeNode } from '../../../services/core/explain/tree-ensemble.ts';

export type Random = () => number;

/** Small seeded generator (mulberry32) of numbers in [0, 1). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface ForestShape {
  readonly trees: number;
  readonly leaves: number;
  readonly featureCount: number;
}

/** Trees grown leaf by leaf at random, as boosting libraries grow them; covers add up. All numbers are float32. */
export function randomForest(random: Random, { trees, leaves, featureCount }: ForestShape): EnsembleParts {
  const nodes: TreeNode[] = [];
  for (let tree = 0; tree < trees; tree += 1) {
    const open = [nodes.push(randomLeaf(random, 1_000 + Math.floor(random() * 9_000))) - 1];
    while (open.length < leaves) {
      // A leaf of one row cannot be split; a thousand rows always leave another one to take.
      const splittable = open.filter((leaf) => (nodes[leaf]?.cover ?? 0) > 1);
      const position = splittable[Math.floor(random() * splittable.length)] ?? 0;
      open.splice(open.indexOf(position), 1);
      const cover = nodes[position]?.cover ?? 0;
      const trueCover = Math.max(1, Math.floor(cover * (0.05 + 0.9 * random())));
      const whenTrue = nodes.push(randomLeaf(random, trueCover)) - 1;
      const whenFalse = nodes.push(randomLeaf(random, cover - trueCover)) - 1;
      open.push(whenTrue, whenFalse);
      nodes[position] = {
        kind: 'branch',
        featureIndex: Math.floor(random() * featureCount),
        threshold: Math.fround(random() * 2 - 1),
        missingIsTrue: random() < 0.5,
        whenTrue,
        whenFalse,
        cover,
      };
    }
  }
  return {
    featureCount,
    nodes,
    baseValue: Math.fround(random() - 0.5),
    scale: Math.fround(0.5 + random()),
    offset: Math.fround(random() - 0.5),
  };
}

/** `count` vectors in one array; about `missingShare` of the values are NaN, some lie exactly on a threshold. */
export function randomRows(
  random: Random,
  { nodes, featureCount }: EnsembleParts,
  { count, missingShare }: { readonly count: number; readonly missingShare: number },
): Float32Array {
  const rows = Float32Array.from({ length: count * featureCount }, () =>
    random() < missingShare ? Number.NaN : random() * 2.4 - 1.2,
  );
  for (let index = 0; index < count; index += 1) {
    const node = nodes[Math.floor(random() * nodes.length)];
    if (node?.kind === 'branch') rows[index * featureCount + node.featureIndex] = node.threshold;
  }
  return rows;
}

/** Independent oracle: walks the unflattened nodes. */
export function naiveMargin({ nodes, baseValue, scale, offset }: EnsembleParts, row: Float32Array): number {
  const children = new Set(nodes.flatMap((node) => (node.kind === 'branch' ? [node.whenTrue, node.whenFalse] : [])));
  const valueBelow = (position: number): number => {
    const node = nodes[position];
    if (node === undefined) throw new Error(`no node ${position}`);
    if (node.kind === 'leaf') return node.value;
    const value = row[node.featureIndex] ?? Number.NaN;
    const isTrue = Number.isNaN(value) ? node.missingIsTrue : value <= node.threshold;
    return valueBelow(isTrue ? node.whenTrue : node.whenFalse);
  };
  const roots = [...nodes.keys()].filter((position) => !children.has(position));
  return scale * roots.reduce((sum, root) => sum + valueBelow(root), baseValue) + offset;
}

function randomLeaf(random: Random, cover: number): TreeNode {
  return { kind: 'leaf', value: Math.fround((random() - 0.5) * 0.2), cover };
}
