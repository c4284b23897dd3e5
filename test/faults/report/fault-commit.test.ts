import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { commitOf } from './fault-commit.ts';

const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.invalid', '-c', 'commit.gpgsign=false'];

test('the commit is told in full, and whether files differ from it; none is told where there is no checkout', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fault-commit-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const git = (...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync('git', [...author, ...args], { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return stdout.trim();
  };
  if (spawnSync('git', ['--version']).status !== 0) {
    t.skip('git is not there');
    return;
  }

  assert.equal(commitOf(folder), null);
  writeFileSync(join(folder, 'file'), 'one');
  for (const args of [
    ['init', '-q'],
    ['add', 'file'],
    ['commit', '-qm', 'one'],
    ['tag', 'v1'],
  ])
    git(...args);
  const commit = git('rev-parse', 'HEAD');
  assert.equal(commitOf(folder), commit);
  writeFileSync(join(folder, 'untracked'), '');
  assert.equal(commitOf(folder), commit);
  writeFileSync(join(folder, 'file'), 'two');
  assert.equal(commitOf(folder), `${commit}-dirty`);
  mkdirSync(join(folder, 'unpacked'));
  assert.equal(commitOf(join(folder, 'unpacked')), null);
});
