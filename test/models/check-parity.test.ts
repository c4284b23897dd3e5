import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { FEATURE_NAMES } from '../../services/core/features/registry.ts';
import { FEATURE_SCHEMA_SHA256 } from '../../services/platform/onnx/risk-model.ts';
import { writeBundle } from '../../models/pipeline/stand-in/bundle-writer.ts';
import { naiveMargin, randomForest, randomRows, seededRandom } from '../../models/pipeline/stand-in/random-trees.ts';

const ROWS = 500;
const forest = randomForest(seededRandom(5), { trees: 8, leaves: 9, featureCount: FEATURE_NAMES.length });
const vectors = randomRows(seededRandom(6), forest, { count: ROWS, missingShare: 0.05 });
const margins = Array.from({ length: ROWS }, (_, row) =>
  naiveMargin(forest, vectors.subarray(row * forest.featureCount, (row + 1) * forest.featureCount)),
);

interface Changes {
  readonly margins?: readonly number[];
  readonly tolerance?: number;
  readonly rows?: number;
}

/** A bundle, rows of it, and what the command says of the two. */
async function checkParity(
  context: TestContext,
  changes: Changes,
): Promise<{
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly json: () => unknown;
}> {
  const folder = mkdtempSync(join(tmpdir(), 'churn-parity-'));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  const identity = { name: 'churn-test', version: '1.0.0' };
  const bundle = await writeBundle(folder, {
    ...identity,
    forest,
    featureNames: FEATURE_NAMES,
    featureSchemaSha256: FEATURE_SCHEMA_SHA256,
  });
  const document = { rows: ROWS, features: FEATURE_NAMES.length, margins, tolerance: 1e-6, ...changes };
  writeFileSync(join(folder, 'parity.f32'), vectors);
  writeFileSync(join(folder, 'parity.json'), JSON.stringify(document));
  const result = join(folder, 'result.json');
  const args = ['models/check-parity.ts', '--bundle', bundle, '--rows', folder, '--json', result];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stdout, stderr, json: () => JSON.parse(readFileSync(result, 'utf8')) as unknown };
}

test('a runtime and a walker that give the trainer’s probabilities pass, and by how much is told', async (context) => {
  const { status, stdout, json } = await checkParity(context, {});
  assert.equal(status, 0);
  assert.match(
    stdout,
    /^churn-test\/1.0.0 on 500 rows with \d\.\d % missing values: .* within the tolerance of 0.000001$/m,
  );
  const result = json();
  assert.ok(typeof result === 'object' && result !== null && 'isEqual' in result && result.isEqual === true);
});

test('one row of another probability among many fails', async (context) => {
  const { status, stdout } = await checkParity(context, { margins: margins.with(321, (margins[321] ?? 0) + 1e-4) });
  assert.equal(status, 1);
  assert.match(stdout, /BEYOND the tolerance/);
});

test('a tolerance wider than ours, or rows that do not fit their description, are not compared', async (context) => {
  const wide = await checkParity(context, { tolerance: 1e-3 });
  assert.equal(wide.status, 2);
  assert.match(wide.stderr, /tolerance must be <= 0.000001/);
  const short = await checkParity(context, { rows: ROWS + 1 });
  assert.equal(short.status, 2);
  assert.match(short.stderr, /expected 501 margins, found 500; parity.f32: expected 501 × \d+ float32 numbers/);
});
