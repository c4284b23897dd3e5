import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lockIsSatisfied, parseLockFile } from '../../deploy/local/prepare-packages.mjs';

type Entry = { version: string; integrity?: string; optional?: boolean };

function lockOf(packages: Record<string, Entry>) {
  const lock = parseLockFile({ lockfileVersion: 3, packages: { '': { name: 'project' }, ...packages } });
  assert.ok(lock);
  return lock;
}

const wanted = lockOf({
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/b': { version: '2.0.0', integrity: 'sha512-b' },
  'node_modules/for-another-system': { version: '3.0.0', integrity: 'sha512-c', optional: true },
});

test('what the lock file says is installed, optional packages apart', () => {
  const installed = lockOf({
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/b': { version: '2.0.0', integrity: 'sha512-b' },
  });
  assert.ok(lockIsSatisfied(wanted, installed));
});

test('a missing package is seen', () => {
  assert.ok(!lockIsSatisfied(wanted, lockOf({ 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } })));
});

test('another version is seen, and one that is not in the lock file', () => {
  const a = { version: '1.0.0', integrity: 'sha512-a' };
  const b = { version: '2.0.0', integrity: 'sha512-b' };
  const newer = { version: '2.0.1', integrity: 'sha512-x' };
  assert.ok(!lockIsSatisfied(wanted, lockOf({ 'node_modules/a': a, 'node_modules/b': newer })));
  assert.ok(!lockIsSatisfied(wanted, lockOf({ 'node_modules/a': a, 'node_modules/b': b, 'node_modules/d': newer })));
});

test('a lock file of another shape is none', () => {
  assert.equal(parseLockFile({ lockfileVersion: 1, dependencies: {} }), undefined);
  assert.equal(parseLockFile(null), undefined);
});
