import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { evaluationPlaceMistakes, trainingPlaceMistakes } from '../../../models/pipeline/place-mistakes.ts';

const folder = mkdtempSync(join(tmpdir(), 'churn-places-'));
test.after(() => {
  rmSync(folder, { recursive: true });
});
const [bundle, other] = [join(folder, 'bundle'), join(folder, 'other')];
for (const made of [bundle, other]) mkdirSync(made);
for (const name of ['feature_schema.json', 'SHA256SUMS']) writeFileSync(join(bundle, name), '');
writeFileSync(join(other, 'notes.txt'), '');
const options = {
  data: folder,
  json: undefined,
  rows: undefined,
  report: undefined,
  bundle,
  replaySeeds: [1],
} as const;
const training = { data: folder, bundle, replaySeeds: [1], high: undefined, medium: undefined } as const;

test('places that can be written and read are no mistakes', () => {
  const given = { json: join(folder, 'a.json'), rows: join(folder, 'a.csv'), report: join(folder, 'new/report') };
  assert.deepEqual(evaluationPlaceMistakes({ ...options, ...given }), []);
  assert.deepEqual(trainingPlaceMistakes(training), []);
  assert.deepEqual(trainingPlaceMistakes({ ...training, bundle: join(folder, 'new/1.0.0') }), []);
});

test('places that would fail in the end are told at the beginning, all together', () => {
  const file = join(other, 'notes.txt');
  const json = join(folder, 'nowhere', 'a.json');
  assert.deepEqual(evaluationPlaceMistakes({ ...options, json, rows: other, report: file, bundle: other }), [
    `--json: there is no folder ${join(folder, 'nowhere')}`,
    `--rows: ${other} is a folder; expected a file`,
    `--report: ${file} is a file; expected a folder`,
    `--bundle: ${other} is no bundle: it holds no feature_schema.json`,
  ]);
  assert.match(trainingPlaceMistakes({ ...training, bundle: other }).join(), /not empty and no bundle/);
  assert.match(trainingPlaceMistakes({ ...training, bundle: file }).join(), /is a file/);
});
