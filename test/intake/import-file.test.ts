import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import { openBooks } from '../../services/intake/feed-books.ts';
import { createFeedRun } from '../../services/intake/feed-run.ts';
import { LeaseLostError, importFile } from '../../services/intake/import-file.ts';
import type { FilePosition, FilePositions } from '../../services/intake/positions/file-positions.ts';
import { createProgressTracker } from '../../services/intake/progress/progress-tracker.ts';
import type { SavedProgress } from '../../services/intake/progress/progress-tracker.ts';
import { digestOf } from '../../services/intake/sources/file-digest.ts';
import { numberFeed, placedIn, silentLog, toRow } from './fake-feed.ts';
import type { OutgoingRecord } from '../../services/platform/kafka/record.ts';

/** Dies at the given step of the work, counted over sends and writes of positions. */
class Killed extends Error {}

interface World {
  readonly log: OutgoingRecord[];
  readonly files: Map<string, FilePosition>;
  progress: SavedProgress;
}

function positionsOf(world: World, step: () => void): FilePositions {
  return {
    readProgress: () => Promise.resolve(world.progress),
    readFile: (digest) => Promise.resolve(world.files.get(digest)),
    writeFile(token, digest, position, progress) {
      step();
      if (token !== 'mine') return Promise.resolve('not-owner');
      world.files.set(digest, position);
      world.progress = progress;
      return Promise.resolve('written');
    },
    writeProgress: () => Promise.resolve('written'),
    readKnownFiles: () => Promise.resolve(new Map()),
    writeKnownFile: () => Promise.resolve(),
  };
}

async function importOnce(world: World, path: string, directory: string, killAt: number, token = 'mine') {
  let steps = 0;
  const step = (): void => {
    steps += 1;
    if (steps === killAt) throw new Killed();
  };
  const feed = numberFeed({ rowsPerSecond: 40 });
  const run = createFeedRun(feed, openBooks(feed.name, 0), {
    topic: 'input',
    partitions: 2,
    send(records) {
      // A request that dies may have been carried out.
      world.log.push(...records);
      step();
      return Promise.resolve();
    },
    encode: (record) => Buffer.from(JSON.stringify(record)),
    rejectsDirectory: join(directory, 'rejects'),
    keepTrying: (_, attempt) => attempt(),
    metrics: {
      delivered: () => undefined,
      marked: () => undefined,
      stateIs: () => undefined,
      fileDone: () => undefined,
    },
    log: silentLog,
    clock: { nowMs: () => Date.UTC(2026, 5, 1), sleep: () => Promise.resolve() },
    showState: () => undefined,
  });
  const signal = new AbortController().signal;
  const lease = { token, lost: signal, release: () => Promise.resolve() };
  const tracker = createProgressTracker(feed.progress, world.progress);
  const session = { run, positions: positionsOf(world, step), lease, tracker, signal };
  return await importFile(session, { name: 'n.ndjson', path }, await digestOf(path, signal));
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'churn-import-'));
  t.after(() => {
    rmSync(path, { recursive: true });
  });
  return path;
}

test('however often an import dies, every row is in the log, every reject once, and no mark is ahead of a row', async (t) => {
  const directory = folder(t);
  const path = join(directory, 'n.ndjson');
  // Every 20th row is bad; a row is at most two minutes older than the newest.
  const count = 120;
  const bad = (index: number): boolean => index % 20 === 3;
  const text = Array.from({ length: count }, (_, index) => toRow(index, bad(index)));
  writeFileSync(path, `${text.join('\n')}\n`);
  const rejectsFile = join(directory, 'rejects', 'numbers', 'n.ndjson.rejects.ndjson');

  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 14 }), { maxLength: 6 }), async (kills) => {
      const world: World = { log: [], files: new Map(), progress: {} };
      rmSync(join(directory, 'rejects'), { recursive: true, force: true });
      for (const killAt of kills) {
        await importOnce(world, path, directory, killAt).catch((error: unknown) => {
          assert.ok(error instanceof Killed);
        });
      }
      const end = await importOnce(world, path, directory, Infinity);
      assert.ok(end.kind === 'ended' || end.kind === 'already-imported');

      const rows = placedIn(world.log, 2);
      const good = text.keys().filter((index) => !bad(index));
      assert.deepEqual(new Set(rows.ids), new Set(good.map((index) => `e${index}`)));
      assert.deepEqual(rows.behindMarks, []);
      assert.deepEqual(
        readFileSync(rejectsFile, 'utf8').match(/"line":\d+/g),
        text.flatMap((_, index) => (bad(index) ? `"line":${index + 1}` : [])),
      );
      const [position] = world.files.values();
      const { rows: done, sent, rejected } = position ?? {};
      assert.deepEqual([done, sent, rejected, position?.done], [count, 114, 6, true]);
    }),
    { numRuns: 40 },
  );
});

test('who has lost the lease writes no position, and stops', async (t) => {
  const directory = folder(t);
  const path = join(directory, 'n.ndjson');
  writeFileSync(path, Array.from({ length: 50 }, (_, index) => toRow(index, false)).join('\n'));
  const world: World = { log: [], files: new Map(), progress: {} };
  await assert.rejects(importOnce(world, path, directory, Infinity, 'another'), LeaseLostError);
  assert.equal(world.files.size, 0);
});
