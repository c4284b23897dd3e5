import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { findTrainingPython } from '../../../deploy/local/prepare-python.mjs';

const root = join(import.meta.dirname, '..', '..', '..');
const python = findTrainingPython(root);
const skip =
  python === undefined
    ? 'NOT RUN: the Python environment of the trainer is missing; "npm run model:setup" says why'
    : false;

test("the trainer's own tests in Python pass", { skip }, (t) => {
  const args = ['-B', '-m', 'unittest', 'discover', '--start-directory', 'tests', '--top-level-directory', '.'];
  const run = spawnSync(python ?? '', args, { cwd: join(root, 'models', 'training'), encoding: 'utf8' });
  const report = run.stderr;
  assert.equal(run.status, 0, report);
  const count = Number(/^Ran (\d+) tests?/m.exec(report)?.[1] ?? 0);
  assert.ok(count > 0, report);
  t.diagnostic(`${count} tests in Python`);
});
