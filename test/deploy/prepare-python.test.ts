import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { findTrainingPython, isNewEnough, trainingEnvironment } from '../../deploy/local/prepare-python.mjs';

test('Python 3.11 and later will do, earlier ones and other majors will not', () => {
  assert.deepEqual(['3.11', '3.14', '3.10', '2.7', '4.0', ''].map(isNewEnough), [
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('an environment counts as there once it has exactly what the requirements say', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'churn-python-'));
  t.after(() => {
    rmSync(root, { recursive: true });
  });
  const { python, requirements, stamp } = trainingEnvironment(root);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  write(requirements, 'numpy==1\n');
  assert.equal(findTrainingPython(root), undefined, 'there is none');
  write(python, '');
  assert.equal(findTrainingPython(root), undefined, 'its packages are not installed');
  write(stamp, 'numpy==1\n');
  assert.equal(findTrainingPython(root), python);
  write(requirements, 'numpy==2\n');
  assert.equal(findTrainingPython(root), undefined, 'another version is wanted now');
});
