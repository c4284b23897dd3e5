import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { logsDirectoryProblem, openReportFile, replaceFile, reportFileProblem } from './fault-files.ts';

function emptyFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'fault-files-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

test('a report is refused where no file can be written, with what is wrong', (t) => {
  const folder = emptyFolder(t);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  assert.match(reportFileProblem(join(folder, 'none', 'a.json')) ?? '', /there is no directory .*none/);
  assert.match(reportFileProblem(folder) ?? '', /is a directory, not a file/);
  assert.match(reportFileProblem(join(file, 'a.json')) ?? '', /file/);
  assert.match(reportFileProblem('/dev/null') ?? '', /is not an ordinary file/);
  assert.match(reportFileProblem('/proc/a.json') ?? '', /\/proc\/a\.json cannot be written/);
  assert.match(reportFileProblem(join(folder, 'x'.repeat(300))) ?? '', /cannot be written/);
});

test('where a report can be written the check says nothing and leaves nothing, and what is there as it is', (t) => {
  const folder = emptyFolder(t);
  assert.equal(reportFileProblem(join(folder, 'new.json')), undefined);
  assert.deepEqual(readdirSync(folder), []);
  writeFileSync(join(folder, 'old.json'), 'of yesterday');
  assert.equal(reportFileProblem(join(folder, 'old.json')), undefined);
  assert.equal(readFileSync(join(folder, 'old.json'), 'utf8'), 'of yesterday');
});

test('a directory for logs is made, or refused with what is wrong', (t) => {
  const folder = emptyFolder(t);
  const logs = join(folder, 'some', 'logs');
  assert.equal(logsDirectoryProblem(logs), undefined);
  assert.deepEqual(readdirSync(logs), []);
  writeFileSync(join(folder, 'file'), '');
  assert.match(logsDirectoryProblem(join(folder, 'file')) ?? '', /file is not a directory/);
  assert.match(logsDirectoryProblem(join(folder, 'file', 'logs')) ?? '', /cannot be written/);
});

test('a file is replaced by another, which a link to it leads to', (t) => {
  const folder = emptyFolder(t);
  const file = join(folder, 'a.json');
  replaceFile(file, 'first');
  symlinkSync(file, join(folder, 'link'));
  replaceFile(join(folder, 'link'), 'second');
  assert.equal(readFileSync(file, 'utf8'), 'second');
  assert.deepEqual(readdirSync(folder), ['a.json', 'link']);
});

test('what was written before stays where writing fails half way', (t) => {
  const folder = emptyFolder(t);
  const file = join(folder, 'a.json');
  replaceFile(file, 'first');
  // The temporary file cannot be written: the old one must not have been opened.
  mkdirSync(`${file}.new`);
  assert.throws(() => {
    replaceFile(file, 'second');
  });
  assert.equal(readFileSync(file, 'utf8'), 'first');
});

test('a report that cannot be written is told, and is behind until one can', (t) => {
  const folder = join(emptyFolder(t), 'gone');
  const told: string[] = [];
  const report = openReportFile(join(folder, 'a.json'), (text) => told.push(text));
  report.write({ kept: true });
  assert.ok(report.isBehind());
  assert.match(told.join('\n'), /^--json: .* cannot be written/);
  mkdirSync(folder);
  report.write({ kept: true });
  assert.ok(!report.isBehind());
  assert.equal(told.length, 1);
  assert.ok(existsSync(join(folder, 'a.json')));
});
