import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { probabilityOf, rawMargin } from '../../../services/core/explain/score-tree.ts';
import {
  assembleTreeEnsemble,
  type EnsembleParts,
  type TreeNode,
} from '../../../services/core/explain/tree-ensemble.ts';
import { naiveMargin, randomForest, randomRows, seededRandom } from '../../../models/pipeline/stand-in/random-trees.ts';

test('the flattened walk gives the margin of the unflattened trees, one by one and as a batch', () => {
  const shape = fc.record({
    seed: fc.nat(),
    trees: fc.integer({ min: 1, max: 10 }),
    leaves: fc.integer({ min: 1, max: 31 }),
    featureCount: fc.integer({ min: 1, max: 12 }),
  });
  fc.assert(
    fc.property(shape, ({ seed, trees, leaves, featureCount }) => {
      const random = seededRandom(seed);
      const parts = randomForest(random, { trees, leaves, featureCount });
      const ensemble = assembleTreeEnsemble(parts);
      assert.ok(ensemble.ok);
      const rows = randomRows(random, parts, { count: 20, missingShare: 0.2 });
      for (let index = 0; index < 20; index += 1) {
        const row = rows.subarray(index * featureCount, (index + 1) * featureCount);
        assert.ok(Math.abs(rawMargin(ensemble.value, row) - naiveMargin(parts, row)) < 1e-12);
      }
    }),
    { numRuns: 100 },
  );
});

const stump: EnsembleParts = {
  featureCount: 1,
  baseValue: 0.5,
  scale: 2,
  offset: -1,
  nodes: [
    { kind: 'branch', featureIndex: 0, threshold: 0.1, missingIsTrue: false, whenTrue: 1, whenFalse: 2, cover: 2 },
    { kind: 'leaf', value: 1, cover: 1 },
    { kind: 'leaf', value: 3, cover: 1 },
  ],
};

test('a value on the threshold in float32 is true, and missing goes where the branch says', () => {
  for (const missingIsTrue of [false, true]) {
    const nodes = stump.nodes.map((node) => (node.kind === 'branch' ? { ...node, missingIsTrue } : node));
    const ensemble = assembleTreeEnsemble({ ...stump, nodes });
    assert.ok(ensemble.ok);
    const marginOf = (value: number): number => rawMargin(ensemble.value, Float32Array.of(value));
    assert.equal(marginOf(0.1), 2);
    assert.equal(marginOf(0.100001), 6);
    assert.equal(marginOf(Number.NEGATIVE_INFINITY), 2);
    assert.equal(marginOf(Number.NaN), missingIsTrue ? 2 : 6);
  }
});

test('a vector of the wrong length is an error, not a score', () => {
  const ensemble = assembleTreeEnsemble(stump);
  assert.ok(ensemble.ok);
  assert.throws(() => rawMargin(ensemble.value, new Float32Array(2)), RangeError);
});

test('a margin of zero is even odds', () => {
  assert.equal(probabilityOf(0), 0.5);
  assert.ok(Math.abs(probabilityOf(Math.log(3)) - 0.75) < 1e-15);
});

test('nodes that are not trees are refused with the reason', () => {
  const [branch, ...leaves] = stump.nodes;
  assert.ok(branch?.kind === 'branch');
  const cases: readonly [readonly TreeNode[], RegExp][] = [
    [[], /no nodes/],
    [[{ ...branch, featureIndex: 1 }, ...leaves], /looks at feature 1 of 1/],
    [[{ ...branch, featureIndex: -1 }, ...leaves], /looks at feature -1 of 1/],
    [[{ ...branch, threshold: Number.NaN }, ...leaves], /has no threshold/],
    [[{ ...branch, whenFalse: 7 }, ...leaves], /child 7 that does not exist/],
    [[{ ...branch, whenFalse: 1 }, ...leaves], /node 1 has two parents/],
    [[...stump.nodes, { ...branch, whenTrue: 3, whenFalse: 4 }, { kind: 'leaf', value: 0, cover: 1 }], /circle/],
    [[{ kind: 'leaf', value: Number.NaN, cover: 1 }], /leaf 0 has value NaN/],
  ];
  for (const [nodes, detail] of cases) {
    const outcome = assembleTreeEnsemble({ ...stump, nodes });
    assert.ok(!outcome.ok);
    assert.match(outcome.detail, detail);
  }
});
