import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createFolderQueue } from '../../../services/intake/sources/folder-queue.ts';
import { listFolder } from '../../../services/intake/sources/list-folder.ts';
import type { ListedFile } from '../../../services/intake/sources/list-folder.ts';

const file = (name: string, size = 1): ListedFile => ({ name, path: `/in/${name}`, size, modifiedMs: size });

test('a file is read when it stands as it did at the look before, and once', () => {
  const queue = createFolderQueue(() => false, 0);
  assert.deepEqual(queue.next([file('a', 1)], 0), { kind: 'unsettled', name: 'a' });
  assert.deepEqual(queue.next([file('a', 2)], 0), { kind: 'unsettled', name: 'a' });
  assert.deepEqual(queue.next([file('a', 2)], 0), { kind: 'read', file: file('a', 2) });
  queue.read(file('a', 2));
  assert.deepEqual(queue.next([file('a', 2)], 0), { kind: 'all-read' });
});

test('a file must have stood still for the settling time, which begins anew with every change', () => {
  const queue = createFolderQueue(() => false, 5_000);
  const at = (nowMs: number, size: number) => queue.next([file('a', size)], nowMs).kind;
  assert.deepEqual(
    [at(0, 1), at(4_999, 1), at(5_000, 2), at(9_999, 2), at(10_000, 2)],
    ['unsettled', 'unsettled', 'unsettled', 'unsettled', 'read'],
  );
});

test('a clock that is set back while a file settles lets it wait for the settling time again, and no longer', () => {
  const queue = createFolderQueue(() => false, 5_000);
  const at = (nowMs: number) => queue.next([file('a')], nowMs).kind;
  const setBackMs = 3_600_000;
  assert.equal(at(setBackMs + 1_000), 'unsettled');
  assert.deepEqual([at(0), at(4_999), at(5_000)], ['unsettled', 'unsettled', 'read']);
});

test('a file that is being written holds up those behind it, and not those before it', () => {
  const queue = createFolderQueue(() => false, 0);
  queue.next([file('a'), file('b', 1), file('c')], 0);
  assert.deepEqual(queue.next([file('a'), file('b', 2), file('c')], 0), { kind: 'read', file: file('a') });
  queue.read(file('a'));
  assert.deepEqual(queue.next([file('a'), file('b', 3), file('c')], 0), { kind: 'unsettled', name: 'b' });
  assert.deepEqual(queue.next([file('a'), file('b', 3), file('c')], 0), { kind: 'read', file: file('b', 3) });
});

test('a file that has changed since it was read is read again; a known one is not', () => {
  const queue = createFolderQueue(({ name }) => name === 'known', 0);
  const look = (size: number) => queue.next([file('a', size), file('known')], 0);
  look(1);
  look(1);
  queue.read(file('a', 1));
  assert.deepEqual(look(1), { kind: 'all-read' });
  look(2);
  assert.deepEqual(look(2), { kind: 'read', file: file('a', 2) });
});

test('a folder gives its files by name, without hidden, unfinished and other ones', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'churn-folder-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  for (const name of ['b.csv', 'a.csv', '.c.csv', 'd.csv.tmp', 'e.csv.part', 'f.txt', 'Z.csv']) {
    writeFileSync(join(folder, name), 'x');
  }
  const files = await listFolder(folder, '*.csv');
  assert.deepEqual(
    files.map(({ name, size }) => [name, size]),
    [
      ['Z.csv', 1],
      ['a.csv', 1],
      ['b.csv', 1],
    ],
  );
});
