import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { probabilityOf, rawMargin } from '../../../services/core/explain/score-tree.ts';
import { createTreeExplainer } from '../../../services/core/explain/tree-shap.ts';
import { openModelBundle } from '../../../services/platform/onnx/bundle.ts';
import { writeBundle, type BundleRecipe } from '../../../models/pipeline/stand-in/bundle-writer.ts';
import { randomForest, randomRows, seededRandom } from '../../../models/pipeline/stand-in/random-trees.ts';

const FEATURES = 12;
const FOREST = randomForest(seededRandom(7), { trees: 40, leaves: 15, featureCount: FEATURES });

function recipe(change: Partial<BundleRecipe> = {}): BundleRecipe {
  return {
    forest: FOREST,
    name: 'churn-test',
    version: '1.2.3',
    featureNames: Array.from({ length: FEATURES }, (_, index) => `feature_${index}`),
    featureSchemaSha256: 'a'.repeat(64),
    ...change,
  };
}

const expected = { featureNames: recipe().featureNames, featureSchemaSha256: recipe().featureSchemaSha256 };

async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'churn-bundle-'));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

test('a bundle that fits opens and tells what it is', async (context) => {
  const directory = await writeBundle(await temporaryFolder(context), recipe());
  const bundle = await openModelBundle(directory, expected);
  context.after(bundle.close);
  assert.equal(bundle.modelVersion, 'churn-test/1.2.3');
  assert.deepEqual(bundle.thresholds, { high: 0.6, medium: 0.3 });
  assert.equal(bundle.ensemble.roots.length, 40);
  assert.deepEqual(bundle.typicalValues.slice(0, 3), [undefined, 1, 2]);
  assert.match(bundle.sha256, /^[0-9a-f]{64}$/);
  assert.deepEqual([bundle.calibration.scale, bundle.calibration.offset], [FOREST.scale, FOREST.offset]);
  const { rows, features, score } = bundle.driftBaseline;
  assert.deepEqual(
    features.map(({ name, index }) => `${index} ${name}`),
    expected.featureNames.map((name, index) => `${index} ${name}`),
  );
  for (const { edges, counts, missing } of [...features, { ...score, missing: 0 }]) {
    assert.ok(edges instanceof Float32Array);
    assert.equal(counts.length, edges.length + 1);
    assert.equal(
      counts.reduce((sum, count) => sum + count, missing),
      rows,
    );
  }
});

for (const affine of ['mul-add', 'gemm'] as const) {
  test(`the walker and ONNX Runtime agree on 2,000 rows with 5 % missing, affine step as ${affine}`, async (context) => {
    const directory = await writeBundle(await temporaryFolder(context), recipe({ onnx: { affine } }));
    const bundle = await openModelBundle(directory, expected);
    context.after(bundle.close);
    const rows = randomRows(seededRandom(22), FOREST, { count: 2_000, missingShare: 0.05 });
    const probabilities = await bundle.scoreBatch(rows, 2_000);
    assert.equal(probabilities.length, 2_000);
    for (const [index, probability] of probabilities.entries()) {
      const margin = rawMargin(bundle.ensemble, rows.subarray(index * FEATURES, (index + 1) * FEATURES));
      assert.ok(Math.abs(probability - probabilityOf(margin)) <= 1e-6);
    }
  });
}

test('reasons add up to what ONNX Runtime computed', async (context) => {
  const directory = await writeBundle(await temporaryFolder(context), recipe());
  const bundle = await openModelBundle(directory, expected);
  context.after(bundle.close);
  const explainer = createTreeExplainer(bundle.ensemble);
  assert.ok(explainer.ok);
  const rows = randomRows(seededRandom(9), FOREST, { count: 500, missingShare: 0.05 });
  const probabilities = await bundle.scoreBatch(rows, 500);
  for (const [index, probability] of probabilities.entries()) {
    const explanation = explainer.value.explain(rows.subarray(index * FEATURES, (index + 1) * FEATURES));
    const margin = explanation.contributions.reduce((sum, value) => sum + value, explanation.base);
    assert.ok(Math.abs(margin - Math.log(probability / (1 - probability))) <= 1e-5);
  }
});

test('a model without an affine step is read as it is', async (context) => {
  const forest = { ...recipe().forest, scale: 1, offset: 0 };
  const directory = await writeBundle(await temporaryFolder(context), recipe({ forest }));
  const bundle = await openModelBundle(directory, expected);
  context.after(bundle.close);
  assert.deepEqual([bundle.ensemble.scale, bundle.ensemble.offset], [1, 0]);
});

test('a batch of any size gives each row the score that it gets alone', async (context) => {
  const directory = await writeBundle(await temporaryFolder(context), recipe());
  const bundle = await openModelBundle(directory, expected);
  context.after(bundle.close);
  const rows = randomRows(seededRandom(4), FOREST, { count: 600, missingShare: 0.05 });
  const together = await bundle.scoreBatch(rows, 600);
  assert.equal((await bundle.scoreBatch(rows, 0)).length, 0);
  for (const index of [0, 255, 256, 511, 599]) {
    const alone = await bundle.scoreBatch(rows.slice(index * FEATURES, (index + 1) * FEATURES), 1);
    assert.equal(alone[0], together[index]);
  }
  await assert.rejects(bundle.scoreBatch(rows, 601), RangeError);
});

test('closing waits for the running batch, may be repeated, and ends scoring', async (context) => {
  const directory = await writeBundle(await temporaryFolder(context), recipe());
  const bundle = await openModelBundle(directory, expected);
  const rows = randomRows(seededRandom(4), FOREST, { count: 600, missingShare: 0 });
  const running = bundle.scoreBatch(rows, 600);
  await Promise.all([bundle.close(), bundle.close()]);
  assert.equal((await running).length, 600);
  await assert.rejects(bundle.scoreBatch(rows, 1), /closed/);
});
