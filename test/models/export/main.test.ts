import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { at, regularLife } from '../../support/regular-life.ts';

const folder = mkdtempSync(join(tmpdir(), 'churn-export-main-'));
test.after(() => {
  rmSync(folder, { recursive: true });
});
const log = join(folder, 'log.ndjson');
const life = regularLife({ subscriberIds: ['111', '222'], fromMs: at(0), toMs: at(50), silent: new Set(['222']) });
writeFileSync(log, life.map((record) => `${JSON.stringify(record)}\n`).join(''));

function run(options: string): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const args = ['models/export/main.ts', ...options.split(' ')];
  return spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
}

test('a log becomes a file, and the summary says what is in it', () => {
  const out = join(folder, 'set.parquet');
  const day = new Date(at(35)).toISOString().slice(0, 10);
  const { status, stdout, stderr } = run(
    `--log ${log} --policy deploy/policy/default.yaml --as-of ${day} --label inactivity:7 --out ${out} --json`,
  );
  assert.equal(status, 0, stderr);
  const summary: unknown = JSON.parse(stdout);
  assert.ok(typeof summary === 'object' && summary !== null && 'rows' in summary && 'churners' in summary);
  assert.deepEqual([summary.rows, summary.churners], [2, 1]);
  assert.ok('sha256' in summary);
  assert.equal(summary.sha256, hash('sha256', readFileSync(out)));
});

test('without rows nothing is written, and the exit code is 1', () => {
  const out = join(folder, 'none.parquet');
  const { status, stdout, stderr } = run(
    `--log ${log} --policy deploy/policy/default.yaml --as-of 2030-01-01 --label departure:30 --out ${out}`,
  );
  assert.equal(status, 1, stderr);
  assert.match(stdout, /not reached +2030-01-01/);
  assert.ok(!existsSync(out));
});

test('a CSV or an empty file in place of a log is told as such', () => {
  const [csv, empty] = [join(folder, 'calls.csv'), join(folder, 'empty.ndjson')];
  writeFileSync(csv, 'a,b\n1,2\n');
  writeFileSync(empty, '');
  const rest = `--policy deploy/policy/default.yaml --as-of 2030-01-01 --label departure:30 --out ${join(folder, 'x')}`;
  assert.match(run(`--log ${csv} ${rest}`).stderr, /--log takes NDJSON/);
  const { stdout, stderr } = run(`--log ${empty} ${rest}`);
  assert.match(stdout, /^records +none$/m);
  assert.match(stderr, /the files hold no line/);
});

test('mistakes end with 78, and help with 0', () => {
  assert.equal(run('--as-of never').status, 78);
  const { status, stdout } = run('--help');
  assert.equal(status, 0);
  assert.match(stdout, /--known-through/);
});
