import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import { openBooks } from '../../services/intake/feed-books.ts';
import { createFeedRun } from '../../services/intake/feed-run.ts';
import type { IntakeFeed } from '../../services/intake/intake-feed.ts';
import { createFileNameTime } from '../../services/intake/progress/file-name-time.ts';
import type { FilePosition, KnownFile } from '../../services/intake/positions/file-positions.ts';
import type { SavedProgress } from '../../services/intake/progress/progress-tracker.ts';
import { runFileFeed } from '../../services/intake/run-file-feed.ts';
import type { ListedFile } from '../../services/intake/sources/list-folder.ts';
import { noMetrics, numberFeed, toRow } from './fake-feed.ts';

/** A folder, what is known of its files, and what is said while they are read. */
function openFolder(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'churn-folder-'));
  t.after(() => {
    rmSync(directory, { recursive: true });
  });
  const files = new Map<string, FilePosition>();
  const names = new Map<string, KnownFile>();
  const warnings: string[] = [];
  let progress: SavedProgress = {};

  function listed(name: string): ListedFile {
    const path = join(directory, name);
    const found = statSync(path, { throwIfNoEntry: false });
    return { name, path, size: found?.size ?? 1, modifiedMs: found?.mtimeMs ?? 1 };
  }

  return {
    warnings,
    put(name: string, from: number, to: number): void {
      const rows = Array.from({ length: to - from }, (_, at) => `${toRow(from + at, false)}\n`);
      writeFileSync(join(directory, name), rows.join(''));
    },
    /** @param looks names of the files that each look at the folder finds; the last one is repeated. */
    async run(looks: readonly (readonly string[])[], changes: Partial<IntakeFeed> = {}) {
      const feed = numberFeed(changes);
      const books = openBooks(feed.name, 0);
      const log = pino(
        { level: 'warn' },
        { write: (line) => warnings.push((JSON.parse(line) as { file?: string }).file ?? '') },
      );
      const run = createFeedRun(feed, books, {
        topic: 'input',
        partitions: 2,
        send: () => Promise.resolve(),
        encode: (record) => Buffer.from(JSON.stringify(record)),
        rejectsDirectory: join(directory, 'rejects'),
        keepTrying: (_, attempt) => attempt(),
        metrics: noMetrics,
        log,
        clock: { nowMs: () => Date.UTC(2026, 5, 1), sleep: () => Promise.resolve() },
        showState: () => undefined,
      });
      const signal = new AbortController().signal;
      let look = 0;
      const source = {
        watch: false,
        settleMs: 0,
        look() {
          const found = looks[Math.min(look, looks.length - 1)] ?? [];
          look += 1;
          return Promise.resolve(found.map(listed));
        },
      };
      const lease = {
        tryAcquire: () => Promise.resolve({ token: 'mine', lost: signal, release: () => Promise.resolve() }),
      };
      const positions = {
        readProgress: () => Promise.resolve(progress),
        readFile: (digest: string) => Promise.resolve(files.get(digest)),
        writeFile(_: string, digest: string, position: FilePosition, reached: SavedProgress) {
          files.set(digest, position);
          progress = reached;
          return Promise.resolve('written' as const);
        },
        writeProgress: () => Promise.resolve('written' as const),
        readDone: (digests: readonly string[]) =>
          Promise.resolve(new Set(digests.filter((digest) => files.get(digest)?.done === true))),
        readKnownFiles: () => Promise.resolve(new Map(names)),
        writeKnownFile(path: string, file: KnownFile) {
          names.set(path, file);
          return Promise.resolve();
        },
        prune: () => Promise.resolve(),
      };
      const end = await runFileFeed(run, source, { lease, positions }, signal);
      return { end, books };
    },
  };
}

test('a file that vanishes before it is read ends nothing: the others are read', async (t) => {
  const folder = openFolder(t);
  folder.put('b', 0, 20);
  const { end, books } = await folder.run([['a', 'b'], ['a', 'b'], ['b']]);
  assert.deepEqual([end.kind, books.files, books.rows], ['ended', 1, 20]);
});

test('a file that has grown is told of, and sent whole', async (t) => {
  const folder = openFolder(t);
  folder.put('a', 0, 20);
  await folder.run([['a']]);
  assert.deepEqual(folder.warnings, []);
  folder.put('a', 0, 30);
  const { books } = await folder.run([['a']]);
  assert.deepEqual([folder.warnings, books.rows], [['a'], 30]);
});

test('a name that does not say its time is told of and counted', async (t) => {
  const folder = openFolder(t);
  folder.put('20260110.n', 0, 20);
  folder.put('calls.n', 20, 40);
  const feed = { progress: { mode: 'end-of-file' }, fileTimeOf: createFileNameTime('yyyyMMdd', 'UTC') } as const;
  const { end, books } = await folder.run([['20260110.n', 'calls.n']], feed);
  assert.deepEqual([end.kind, books.files, books.namesWithoutTime], ['ended', 2, 1]);
  assert.deepEqual(folder.warnings, ['calls.n']);
});
