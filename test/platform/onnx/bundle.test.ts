import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { probabilityOf, rawMargin } from '../../../services/core/explain/score-tree.ts';
import { createTreeExplainer } from '../../../services/core/explain/tree-shap.ts';
import { openModelBundle } from '../../../services/platform/onnx/bundle.ts';
import { RefusedBundleError } from '../../../services/platform/onnx/misfit.ts';
import { writeBundle, type BundleRecipe } from '../../support/bundle-writer.ts';
import { randomForest, randomRows, seededRandom } from '../../support/random-trees.ts';

const FEATURES = 12;

function recipe(change: Partial<BundleRecipe> = {}): BundleRecipe {
  return {
    forest: randomForest(seededRandom(7), { trees: 40, leaves: 15, featureCount: FEATURES }),
    name: 'churn-test',
    version: '1.2.3',
    featureNames: Array.from({ length: FEATURES }, (_, index) => `feature_${index}`),
    featureSchemaSha256: 'a'.repeat(64),
    goldenCases: 40,
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
});

for (const affine of ['mul-add', 'gemm'] as const) {
  test(`the walker and ONNX Runtime agree on 2,000 rows with 5 % missing, affine step as ${affine}`, async (context) => {
    const forest = randomForest(seededRandom(21), { trees: 100, leaves: 31, featureCount: FEATURES });
    const directory = await writeBundle(await temporaryFolder(context), recipe({ forest, onnx: { affine } }));
    const bundle = await openModelBundle(directory, expected);
    context.after(bundle.close);
    const rows = randomRows(seededRandom(22), forest, { count: 2_000, missingShare: 0.05 });
    const probabilities = await bundle.scoreBatch(rows, 2_000);
    assert.equal(probabilities.length, 2_000);
    for (const [index, probability] of probabilities.entries()) {
      const margin = rawMargin(bundle.ensemble, rows.subarray(index * FEATURES, (index + 1) * FEATURES));
      assert.ok(Math.abs(probability - probabilityOf(margin)) <= 1e-6);
    }
  });
}

test('reasons add up to what ONNX Runtime computed', async (context) => {
  const { forest, ...rest } = recipe();
  const directory = await writeBundle(await temporaryFolder(context), { forest, ...rest });
  const bundle = await openModelBundle(directory, expected);
  context.after(bundle.close);
  const explainer = createTreeExplainer(bundle.ensemble);
  assert.ok(explainer.ok);
  const rows = randomRows(seededRandom(9), forest, { count: 500, missingShare: 0.05 });
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
  const { forest, ...rest } = recipe();
  const directory = await writeBundle(await temporaryFolder(context), { forest, ...rest });
  const bundle = await openModelBundle(directory, expected);
  context.after(bundle.close);
  const rows = randomRows(seededRandom(4), forest, { count: 600, missingShare: 0.05 });
  const together = await bundle.scoreBatch(rows, 600);
  assert.equal((await bundle.scoreBatch(rows, 0)).length, 0);
  for (const index of [0, 255, 256, 511, 599]) {
    const alone = await bundle.scoreBatch(rows.slice(index * FEATURES, (index + 1) * FEATURES), 1);
    assert.equal(alone[0], together[index]);
  }
  await assert.rejects(bundle.scoreBatch(rows, 601), RangeError);
});

test('closing waits for the running batch, may be repeated, and ends scoring', async (context) => {
  const { forest, ...rest } = recipe();
  const directory = await writeBundle(await temporaryFolder(context), { forest, ...rest });
  const bundle = await openModelBundle(directory, expected);
  const rows = randomRows(seededRandom(4), forest, { count: 600, missingShare: 0 });
  const running = bundle.scoreBatch(rows, 600);
  await Promise.all([bundle.close(), bundle.close()]);
  assert.equal((await running).length, 600);
  await assert.rejects(bundle.scoreBatch(rows, 1), /closed/);
});

const names = [...expected.featureNames];
const schema = (change: object): string =>
  JSON.stringify({
    schemaSha256: expected.featureSchemaSha256,
    features: names.map((name) => ({ name, dtype: 'float32', typicalValue: 1 })),
    ...change,
  });
const goldenLine = (change: object): string =>
  JSON.stringify({ vector: names.map(() => 0), rawMargin: 0, probability: 0.5, ...change });

/** What is wrong with the bundle, and the one misfit that must be told. */
const misfitting: readonly (readonly [string, Partial<BundleRecipe>, RegExp])[] = [
  ['no model', { files: { 'model.onnx': undefined } }, /SHA256SUMS: expected a line for model.onnx, found none/],
  ['no card', { files: { 'MODEL_CARD.md': undefined } }, /SHA256SUMS: expected a line for MODEL_CARD.md, found none/],
  ['bytes that are no model', { files: { 'model.onnx': 'hello' } }, /model.onnx: expected an ONNX model, found/],
  [
    'another schema hash',
    { files: { 'feature_schema.json': schema({ schemaSha256: 'b' }) } },
    /feature_schema.json schemaSha256: expected "aaa.*", found "b"/,
  ],
  [
    'features in another order',
    { files: { 'feature_schema.json': schema({ features: names.toReversed().map((name) => ({ name })) }) } },
    /feature_schema.json features\[0\]: expected "feature_0", found "feature_11"/,
  ],
  [
    'fewer features',
    { files: { 'feature_schema.json': schema({ features: [] }) } },
    /feature_schema.json features: expected 12 names, found 0/,
  ],
  [
    'float64 features',
    {
      files: {
        'feature_schema.json': schema({
          features: names.map((name) => ({ name, dtype: 'float64', typicalValue: null })),
        }),
      },
    },
    /features\[0\] dtype: expected "float32", found "float64"/,
  ],
  [
    'a typical value that is text',
    {
      files: {
        'feature_schema.json': schema({
          features: names.map((name) => ({ name, dtype: 'float32', typicalValue: 'many' })),
        }),
      },
    },
    /features\[0\] typicalValue: expected "a number or null", found "many"/,
  ],
  ['a schema that is no JSON', { files: { 'feature_schema.json': '{' } }, /feature_schema.json: expected JSON/],
  [
    'thresholds upside down',
    { files: { 'thresholds.json': '{"high":0.2,"medium":0.5}' } },
    /thresholds.json: expected 0 < medium < high < 1, found {"high":0.2,"medium":0.5}/,
  ],
  ['no golden case', { files: { 'golden.jsonl': '\n' } }, /golden.jsonl: expected at least one case, found none/],
  [
    'a short golden vector',
    { files: { 'golden.jsonl': goldenLine({ vector: [1, null] }) } },
    /golden.jsonl line 1: expected a vector of 12 numbers or nulls/,
  ],
  [
    'a golden case of another model',
    { files: { 'golden.jsonl': goldenLine({ rawMargin: 0, probability: 0.01 }) } },
    /golden.jsonl case 1, probability by ONNX Runtime: expected 0.01 ± 0.000001, found 0\.\d+/,
  ],
  [
    'a golden margin that the walker does not reach',
    { files: { 'golden.jsonl': goldenLine({ rawMargin: 9 }) } },
    /golden.jsonl case 1, raw margin by the tree walker: expected 9 ± 0.00001, found/,
  ],
  ['another model name', { metadata: { model_name: 'x' } }, /metadata model_name: expected "churn-test", found "x"/],
  [
    'another model version',
    { metadata: { model_version: '2' } },
    /metadata model_version: expected "1.2.3", found "2"/,
  ],
  [
    'another hash inside the model',
    { metadata: { feature_schema_sha256: 'c' } },
    /metadata feature_schema_sha256: expected "aaa.*", found "c"/,
  ],
  [
    'other names inside the model',
    { metadata: { feature_names: JSON.stringify(names.with(3, 'x')) } },
    /metadata feature_names\[3\]: expected "feature_3", found "x"/,
  ],
  [
    'no names inside the model',
    { metadata: { feature_names: 'x' } },
    /metadata feature_names: expected 12 names, found 0/,
  ],
  [
    'another threshold inside the model',
    { metadata: { threshold_high: '0.7' } },
    /metadata threshold_high: expected 0.6, found 0.7/,
  ],
  ['a newer IR', { onnx: { irVersion: 11 } }, /ir_version: expected at most 10, found 11/],
  ['a newer opset', { onnx: { opsets: { '': 22, 'ai.onnx.ml': 3 } } }, /opset_import: .*, found ai.onnx 22/],
  ['a newer tree opset', { onnx: { opsets: { '': 17, 'ai.onnx.ml': 5 } } }, /opset_import: .*, found ai.onnx.ml 5/],
  [
    'operators of a stranger',
    { onnx: { opsets: { '': 17, 'ai.onnx.ml': 3, 'com.example': 1 } } },
    /opset_import: .*, found com.example 1/,
  ],
  [
    'another input',
    { onnx: { inputName: 'x' } },
    /model.onnx input: expected "input float32 \[N, 12\]", found "x float32 \[N, 12\]"/,
  ],
  ['another width', { onnx: { inputColumns: 13 } }, /model.onnx input: .*, found "input float32 \[N, 13\]"/],
  ['another output', { onnx: { outputName: 'y' } }, /model.onnx output: .*, found "y float32 \[N, 1\]"/],
  ['no node covers', { onnx: { hasCovers: false } }, /nodes_hitrates: .*, found model carries no node covers/],
  [
    'an average of trees',
    { onnx: { aggregate: 'AVERAGE' } },
    /graph: .*, found expected aggregate_function SUM, found AVERAGE/,
  ],
  [
    'other comparisons',
    { onnx: { branchMode: 'BRANCH_LT' } },
    /graph: .*, found expected nodes_modes BRANCH_LEQ and LEAF, found BRANCH_LT/,
  ],
  [
    'no sigmoid',
    { onnx: { finalOperator: 'Identity' } },
    /graph: .*, found expected a Sigmoid before churn_probability, found Identity/,
  ],
];

for (const [fault, change, message] of misfitting) {
  test(`a bundle with ${fault} is refused, and the reason says so`, async (context) => {
    const directory = await writeBundle(await temporaryFolder(context), recipe(change));
    await assert.rejects(openModelBundle(directory, expected), (error: unknown) => {
      assert.ok(error instanceof RefusedBundleError);
      assert.match(error.message, message);
      return true;
    });
  });
}

test('a file changed, added or lost after the sums were made is refused', async (context) => {
  const directory = await writeBundle(await temporaryFolder(context), recipe());
  await appendFile(path.join(directory, 'model.onnx'), 'x');
  await writeFile(path.join(directory, 'other.onnx'), 'x');
  await unlink(path.join(directory, 'MODEL_CARD.md'));
  await appendFile(path.join(directory, 'SHA256SUMS'), 'nonsense\n');
  await assert.rejects(openModelBundle(directory, expected), (error: unknown) => {
    assert.ok(error instanceof RefusedBundleError);
    assert.match(error.message, /model.onnx: expected SHA-256 \w+, found \w+/);
    assert.match(error.message, /other.onnx: expected to be listed in SHA256SUMS, found no line for it/);
    assert.match(error.message, /MODEL_CARD.md: expected a file, as SHA256SUMS lists it, found none/);
    assert.match(error.message, /SHA256SUMS: expected lines of sha256sum, found "nonsense"/);
    return true;
  });
});

test('one refusal lists everything that does not fit', async (context) => {
  const change = { metadata: { model_name: 'x', feature_schema_sha256: 'y' }, onnx: { irVersion: 99 } };
  const directory = await writeBundle(await temporaryFolder(context), recipe(change));
  await assert.rejects(openModelBundle(directory, expected), (error: unknown) => {
    assert.ok(error instanceof RefusedBundleError);
    assert.deepEqual(
      error.misfits.map((misfit) => misfit.where),
      [
        'model.onnx ir_version',
        'model.onnx metadata model_name',
        'model.onnx metadata feature_schema_sha256',
        'model.onnx',
      ],
    );
    return true;
  });
});

test('a folder that is not there is refused', async () => {
  const missing = path.join(os.tmpdir(), 'no-such-bundle');
  await assert.rejects(openModelBundle(missing, expected), /refused bundle .*no-such-bundle/);
});
