import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { featureIndex } from '../../../services/core/features/registry.ts';
import { openRiskModel } from '../../../services/platform/onnx/risk-model.ts';
import { drawRows, readGoldenLines, shippedBundle } from '../../support/golden-rows.ts';
import { seededRandom } from '../../../models/pipeline/stand-in/random-trees.ts';

const directory = shippedBundle();
const golden = readGoldenLines(directory);
const model = await openRiskModel(directory);
after(() => model.close());

const WIDTH = golden[0]?.vector.length ?? 0;
const rowsOf = (count: number, seed: number): Float32Array =>
  drawRows(seededRandom(seed), golden, { count, missingShare: 0.05 });
const rowAt = (rows: Float32Array, index: number): Float32Array => rows.subarray(index * WIDTH, (index + 1) * WIDTH);
const sumOf = (values: Iterable<number>): number => [...values].reduce((sum, value) => sum + value, 0);
const marginOf = (probability: number): number => Math.log(probability / (1 - probability));

test('one row is scored by the walker as a batch is by ONNX Runtime, over 20,000 rows with 5 % missing', async () => {
  const rows = rowsOf(20_000, 1);
  const probabilities = await model.scoreBatch(rows, 20_000);
  let worst = 0;
  for (const [index, probability] of probabilities.entries()) {
    worst = Math.max(worst, Math.abs(model.scoreOne(rowAt(rows, index)) - probability));
  }
  assert.ok(worst <= 1e-6, `differ by ${worst}`);
});

test('contributions and base add up to the raw margin of the score, over 10,000 vectors with 5 % missing', () => {
  const rows = rowsOf(10_000, 2);
  const { baseMargin } = model.explain(rowAt(rows, 0));
  let worst = 0;
  for (let index = 0; index < 10_000; index += 1) {
    const row = rowAt(rows, index);
    const margin = baseMargin + sumOf(model.contributionsOf(row));
    worst = Math.max(worst, Math.abs(margin - marginOf(model.scoreOne(row))));
  }
  assert.ok(worst <= 1e-5, `differ by ${worst}`);
});

test('golden cases have the margin that their contributions add up to', () => {
  for (const { vector, rawMargin } of golden) {
    assert.ok(Math.abs(model.explain(vector).rawMargin - rawMargin) <= 1e-5);
  }
});

test("contributions are those of the trainer's own library", () => {
  const cases = golden.filter(({ contributions }) => contributions !== undefined);
  assert.ok(cases.length >= 200, `expected 200 golden cases with contributions, found ${cases.length}`);
  for (const [index, { vector, contributions = [] }] of cases.entries()) {
    assert.equal(contributions.length, WIDTH + 1);
    const found = [...model.contributionsOf(vector), model.explain(vector).baseMargin];
    for (const [feature, expected] of contributions.entries()) {
      const difference = Math.abs((found[feature] ?? Number.NaN) - expected);
      assert.ok(difference <= 1e-4, `case ${index + 1}, feature ${feature}: differs by ${difference}`);
    }
  }
});

test('the stories of an explanation add up to its margin, and that is the score', () => {
  const rows = rowsOf(300, 3);
  for (let index = 0; index < 300; index += 1) {
    const row = rowAt(rows, index);
    const { baseMargin, rawMargin, reasons } = model.explain(row);
    assert.ok(Math.abs(baseMargin + sumOf(reasons.map(({ contribution }) => contribution)) - rawMargin) < 1e-9);
    assert.ok(Math.abs(1 / (1 + Math.exp(-rawMargin)) - model.scoreOne(row)) < 1e-9);
  }
});

test('what changed between two vectors adds up to the change of the score', () => {
  const rows = rowsOf(200, 4);
  for (let index = 1; index < 200; index += 1) {
    const [before, now] = [rowAt(rows, index - 1), rowAt(rows, index)];
    const { fromMargin, toMargin, changes } = model.explainChange(before, now);
    assert.ok(Math.abs(fromMargin + sumOf(changes.map(({ contribution }) => contribution)) - toMargin) < 1e-9);
    assert.ok(Math.abs(fromMargin - model.explain(before).rawMargin) < 1e-9);
    assert.ok(Math.abs(toMargin - model.explain(now).rawMargin) < 1e-9);
  }
  assert.deepEqual(model.explainChange(rowAt(rows, 0), rowAt(rows, 0)).changes, []);
});

test('a customer who falls silent is told so', () => {
  const active = golden.find(({ vector }) => (vector[featureIndex('active_days_28d')] ?? 0) > 0.5)?.vector;
  assert.ok(active);
  const silent = active.slice();
  for (const name of ['active_days_7d', 'active_days_28d', 'active_days_90d', 'mo_call_days_28d', 'data_days_28d']) {
    silent[featureIndex(name)] = 0;
  }
  const { changes } = model.explainChange(active, silent);
  const activity = changes.find(({ story }) => story === 'activity');
  assert.equal(activity?.direction, 'raises');
  assert.match(activity.textEn, /→ 0 of \d+ days; this raised the risk\.$/);
});
