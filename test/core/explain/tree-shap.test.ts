import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rawMargin } from '../../../services/core/explain/score-tree.ts';
import { assembleTreeEnsemble, type EnsembleParts } from '../../../services/core/explain/tree-ensemble.ts';
import { createTreeExplainer, type TreeExplainer } from '../../../services/core/explain/tree-shap.ts';
import { randomForest, randomRows, seededRandom } from '../../../models/pipeline/stand-in/random-trees.ts';

function explainerOf(parts: EnsembleParts): TreeExplainer {
  const ensemble = assembleTreeEnsemble(parts);
  assert.ok(ensemble.ok);
  const explainer = createTreeExplainer(ensemble.value);
  assert.ok(explainer.ok);
  return explainer.value;
}

function marginOf(parts: EnsembleParts, row: Float32Array): number {
  const ensemble = assembleTreeEnsemble(parts);
  assert.ok(ensemble.ok);
  return rawMargin(ensemble.value, row);
}

/** Margin expected when only the features of the coalition (bits) are known: others are averaged by cover. */
function expectedMargin({ nodes, ...parts }: EnsembleParts, row: Float32Array, coalition: number): number {
  const children = new Set(nodes.flatMap((node) => (node.kind === 'branch' ? [node.whenTrue, node.whenFalse] : [])));
  const below = (position: number): number => {
    const node = nodes[position];
    assert.ok(node);
    if (node.kind === 'leaf') return node.value;
    if ((coalition & (1 << node.featureIndex)) === 0) {
      const trueCover = nodes[node.whenTrue]?.cover ?? Number.NaN;
      const falseCover = nodes[node.whenFalse]?.cover ?? Number.NaN;
      const mean = trueCover * below(node.whenTrue) + falseCover * below(node.whenFalse);
      return mean / (trueCover + falseCover);
    }
    const value = row[node.featureIndex] ?? Number.NaN;
    const isTrue = Number.isNaN(value) ? node.missingIsTrue : value <= node.threshold;
    return below(isTrue ? node.whenTrue : node.whenFalse);
  };
  const roots = [...nodes.keys()].filter((position) => !children.has(position));
  return parts.scale * roots.reduce((sum, root) => sum + below(root), parts.baseValue) + parts.offset;
}

/** Shapley values by the definition: every feature joins every coalition of the others. */
function shapleyByEnumeration(parts: EnsembleParts, row: Float32Array): readonly number[] {
  const { featureCount } = parts;
  const worth = Array.from({ length: 1 << featureCount }, (_, coalition) => expectedMargin(parts, row, coalition));
  const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
  return Array.from({ length: featureCount }, (_, feature) => {
    let sum = 0;
    for (const [coalition, without] of worth.entries()) {
      if ((coalition & (1 << feature)) !== 0) continue;
      const size = Array.from({ length: featureCount }, (__, bit) => (coalition >> bit) & 1).filter(Boolean).length;
      const weight = (factorial(size) * factorial(featureCount - size - 1)) / factorial(featureCount);
      sum += weight * ((worth[coalition | (1 << feature)] ?? Number.NaN) - without);
    }
    return sum;
  });
}

test('contributions are the Shapley values that enumeration of all coalitions gives', () => {
  const shape = fc.record({
    seed: fc.nat(),
    trees: fc.integer({ min: 1, max: 4 }),
    leaves: fc.integer({ min: 1, max: 14 }),
    featureCount: fc.integer({ min: 1, max: 8 }),
    missingShare: fc.constantFrom(0, 0.3, 1),
  });
  fc.assert(
    fc.property(shape, ({ seed, trees, leaves, featureCount, missingShare }) => {
      const random = seededRandom(seed);
      const parts = randomForest(random, { trees, leaves, featureCount });
      const row = randomRows(random, parts, { count: 1, missingShare });
      const { base, contributions } = explainerOf(parts).explain(row);
      const expected = shapleyByEnumeration(parts, row);
      assert.ok(Math.abs(base - expectedMargin(parts, row, 0)) < 1e-12);
      for (const [feature, contribution] of contributions.entries()) {
        assert.ok(Math.abs(contribution - (expected[feature] ?? Number.NaN)) < 1e-12);
      }
    }),
    { numRuns: 300 },
  );
});

test('a feature asked about several times on one path counts once, with all its answers', () => {
  const leaf = (value: number, cover: number) => ({ kind: 'leaf', value, cover }) as const;
  const branch = (featureIndex: number, threshold: number, [whenTrue, whenFalse]: readonly [number, number]) =>
    ({ kind: 'branch', featureIndex, threshold, missingIsTrue: false, whenTrue, whenFalse }) as const;
  const parts: EnsembleParts = {
    featureCount: 2,
    baseValue: 0,
    scale: 1,
    offset: 0,
    nodes: [
      { ...branch(0, 10, [1, 2]), cover: 100 },
      { ...branch(1, 0, [3, 4]), cover: 60 },
      leaf(7, 40),
      { ...branch(0, 5, [5, 6]), cover: 30 },
      leaf(-2, 30),
      leaf(1, 12),
      leaf(4, 18),
    ],
  };
  for (const row of [
    [3, -1],
    [8, -1],
    [12, -1],
    [8, 1],
    [Number.NaN, -1],
  ].map((values) => Float32Array.from(values))) {
    const { contributions } = explainerOf(parts).explain(row);
    for (const [feature, expected] of shapleyByEnumeration(parts, row).entries()) {
      assert.ok(Math.abs((contributions[feature] ?? Number.NaN) - expected) < 1e-12);
    }
  }
});

test('base and contributions add up to the raw margin for a forest of ordinary size', () => {
  const random = seededRandom(11);
  const parts = randomForest(random, { trees: 100, leaves: 31, featureCount: 40 });
  const explainer = explainerOf(parts);
  const rows = randomRows(random, parts, { count: 300, missingShare: 0.05 });
  for (let index = 0; index < 300; index += 1) {
    const row = rows.subarray(index * 40, (index + 1) * 40);
    const { base, contributions } = explainer.explain(row);
    const sum = contributions.reduce((total, contribution) => total + contribution, base);
    assert.ok(Math.abs(sum - marginOf(parts, row)) < 1e-9);
  }
});

test('base and contributions add up for trees that are as deep as they can be', () => {
  const random = seededRandom(5);
  const depth = 40;
  const nodes = Array.from({ length: 2 * depth + 1 }, (_, position) => {
    const cover = 2 ** 20 - Math.floor(position / 2) * 2 ** 14 - (position % 2 === 0 ? 0 : 2 ** 20 - 2 ** 14);
    const kind = position === 2 * depth || position % 2 === 1 ? 'leaf' : 'branch';
    return { kind, position, cover, level: position / 2 };
  });
  const chain = nodes.map(({ kind, position, level }) =>
    kind === 'leaf'
      ? ({ kind, value: Math.fround(random() - 0.5), cover: 2 ** 14 } as const)
      : ({
          kind: 'branch',
          featureIndex: level,
          threshold: 0,
          missingIsTrue: random() < 0.5,
          whenTrue: position + 1,
          whenFalse: position + 2,
          cover: 2 ** 14 * (depth - level + 1),
        } as const),
  );
  const parts: EnsembleParts = { featureCount: depth, nodes: chain, baseValue: 0, scale: 1, offset: 0 };
  const explainer = explainerOf(parts);
  for (const value of [-1, 1, Number.NaN]) {
    const row = new Float32Array(depth).fill(value);
    const { base, contributions } = explainer.explain(row);
    const sum = contributions.reduce((total, contribution) => total + contribution, base);
    assert.ok(Math.abs(sum - marginOf(parts, row)) < 1e-9);
  }
});

test('an explanation can be written into an array of the caller', () => {
  const random = seededRandom(2);
  const parts = randomForest(random, { trees: 3, leaves: 5, featureCount: 4 });
  const row = randomRows(random, parts, { count: 1, missingShare: 0.2 });
  const explainer = explainerOf(parts);
  const own = new Float64Array(4).fill(99);
  assert.equal(explainer.explain(row, own).contributions, own);
  assert.deepEqual(own, explainer.explain(row).contributions);
});

test('a model without node covers is not explained', () => {
  const parts = randomForest(seededRandom(3), { trees: 2, leaves: 4, featureCount: 3 });
  for (const filling of [undefined, 0, 1]) {
    const nodes = parts.nodes.map((node) => ({ ...node, cover: filling }));
    const ensemble = assembleTreeEnsemble({ ...parts, nodes });
    assert.ok(ensemble.ok);
    assert.deepEqual(createTreeExplainer(ensemble.value), {
      ok: false,
      reason: 'no_node_covers',
      detail: 'model carries no node covers',
    });
  }
});
