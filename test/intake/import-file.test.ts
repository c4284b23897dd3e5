import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import { openBooks } from '../../services/intake/feed-books.ts';
import { createFeedRun } from '../../services/intake/feed-run.ts';
import { LeaseLostError, importFile } from '../../services/intake/import-file.ts';
import type { IntakeFeed } from '../../services/intake/intake-feed.ts';
import { openSourceFile } from '../../services/intake/open-source-file.ts';
import type { FilePosition, FilePositions } from '../../services/intake/positions/file-positions.ts';
import { createProgressTracker } from '../../services/intake/progress/progress-tracker.ts';
import type { SavedProgress } from '../../services/intake/progress/progress-tracker.ts';
import { noMetrics, numberFeed, placedIn, silentLog, timeOf, toRow } from './fake-feed.ts';
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
    readDone: () => Promise.resolve(new Set()),
    prune: () => Promise.resolve(),
    readKnownFiles: () => Promise.resolve(new Map()),
    writeKnownFile: () => Promise.resolve(),
  };
}

interface Settings {
  readonly killAt?: number;
  readonly token?: string;
  readonly feed?: Partial<IntakeFeed>;
  readonly name?: string;
  /** Between the digest of the file and its reading. */
  readonly afterOpen?: () => void;
  /** After each batch that the broker holds. */
  readonly afterSend?: () => void;
}

async function importOnce(world: World, path: string, directory: string, settings: Settings = {}) {
  const { killAt = Infinity, token = 'mine', name = 'n.ndjson' } = settings;
  let steps = 0;
  const step = (): void => {
    steps += 1;
    if (steps === killAt) throw new Killed();
  };
  const feed = numberFeed({ rowsPerSecond: 40, ...settings.feed });
  const run = createFeedRun(feed, openBooks(feed.name, 0), {
    topic: 'input',
    partitions: 2,
    send(records) {
      // A request that dies may have been carried out.
      world.log.push(...records);
      step();
      settings.afterSend?.();
      return Promise.resolve();
    },
    encode: (record) => Buffer.from(JSON.stringify(record)),
    rejectsDirectory: join(directory, 'rejects'),
    keepTrying: (_, attempt) => attempt(),
    metrics: noMetrics,
    log: silentLog,
    clock: { nowMs: () => Date.UTC(2026, 5, 1), sleep: () => Promise.resolve() },
    showState: () => undefined,
  });
  const signal = new AbortController().signal;
  const lease = { token, lost: signal, release: () => Promise.resolve() };
  const tracker = createProgressTracker(feed.progress, world.progress);
  const session = { run, positions: positionsOf(world, step), lease, tracker, signal };
  const source = await openSourceFile(path, signal);
  settings.afterOpen?.();
  try {
    return await importFile(session, { name, path }, source);
  } finally {
    await source.close();
  }
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'churn-import-'));
  t.after(() => {
    rmSync(path, { recursive: true });
  });
  return path;
}

test('damaged gzip sends nothing: what it unpacks to may be rows that nobody wrote', async (t) => {
  const directory = folder(t);
  const path = join(directory, 'n.ndjson.gz');
  const whole = gzipSync(Array.from({ length: 2_000 }, (_, index) => toRow(index, false)).join('\n'));
  const cases = { damaged: Buffer.from(whole), cut: whole.subarray(0, whole.length - 9) };
  cases.damaged.writeUInt32BE(0xdead_beef, whole.length - 8);
  for (const [name, bytes] of Object.entries(cases)) {
    writeFileSync(path, bytes);
    const world: World = { log: [], files: new Map(), progress: {} };
    const end = await importOnce(world, path, directory);
    assert.equal(end.kind, 'damaged', name);
    assert.equal(world.log.length, 0, name);
  }
});

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
        await importOnce(world, path, directory, { killAt }).catch((error: unknown) => {
          assert.ok(error instanceof Killed);
        });
      }
      const end = await importOnce(world, path, directory);
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
  await assert.rejects(importOnce(world, path, directory, { token: 'another' }), LeaseLostError);
  assert.equal(world.files.size, 0);
});

/** Good rows of a file, whose indexes are their ids. */
function rowsFrom(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, at) => `${toRow(from + at, false)}\n`).join('');
}

function idsFrom(from: number, to: number): Set<string> {
  return new Set(Array.from({ length: to - from }, (_, at) => `e${from + at}`));
}

const emptyWorld = (): World => ({ log: [], files: new Map(), progress: {} });

test('a file that is replaced between digest and reading loses no row: neither its own nor the other one’s', async (t) => {
  const directory = folder(t);
  const path = join(directory, 'n.ndjson');
  const world = emptyWorld();
  writeFileSync(path, rowsFrom(0, 100));
  writeFileSync(join(directory, 'b'), rowsFrom(100, 300));
  const replace = (): void => {
    renameSync(join(directory, 'b'), path);
  };
  await importOnce(world, path, directory, { killAt: 3, afterOpen: replace }).catch((error: unknown) => {
    assert.ok(error instanceof Killed);
  });
  assert.equal((await importOnce(world, path, directory)).kind, 'ended');
  writeFileSync(path, rowsFrom(0, 100));
  assert.equal((await importOnce(world, path, directory)).kind, 'ended');
  assert.deepEqual(new Set(placedIn(world.log, 2).ids), idsFrom(0, 300));
});

test('a file that is written to while it is read is not done, and begins anew when its content comes again', async (t) => {
  const directory = folder(t);
  const path = join(directory, 'n.ndjson');
  const world = emptyWorld();
  const [first, second] = [rowsFrom(0, 100), rowsFrom(100, 200)];
  writeFileSync(path, first);
  let sends = 0;
  const afterSend = (): void => {
    sends += 1;
    if (sends === 3) writeFileSync(path, second);
  };
  const end = await importOnce(world, path, directory, { afterSend });
  assert.deepEqual(end, { kind: 'damaged', why: 'it changed while it was read' });
  assert.deepEqual(
    [...world.files.values()].map(({ rows, sent, done }) => [rows, sent, done]),
    [[0, 0, false]],
  );
  writeFileSync(path, first);
  assert.equal((await importOnce(world, path, directory)).kind, 'ended');
  const { ids, behindMarks } = placedIn(world.log, 2);
  assert.deepEqual([new Set(ids), behindMarks], [idsFrom(0, 100), []]);
});

test('rows read after a file was written to are never counted under the digest of before, wherever it dies', async (t) => {
  const directory = folder(t);
  const path = join(directory, 'n.ndjson');
  const first = rowsFrom(0, 100);
  for (let killAt = 4; killAt < 12; killAt++) {
    const world = emptyWorld();
    writeFileSync(path, first);
    const afterOpen = (): void => {
      writeFileSync(path, rowsFrom(100, 300));
    };
    await importOnce(world, path, directory, { killAt, afterOpen }).catch((error: unknown) => {
      assert.ok(error instanceof Killed);
    });
    assert.ok([...world.files.values()].every(({ rows }) => rows === 0));
  }
});

test('a file name from the future stops the feed before a row is sent; "through tonight" is through now', async (t) => {
  const directory = folder(t);
  const path = join(directory, 'n.ndjson');
  writeFileSync(path, rowsFrom(0, 50));
  const nowMs = Date.UTC(2026, 5, 1);
  const named = (endMs: number): Settings => ({ feed: { progress: { mode: 'end-of-file' }, fileTimeOf: () => endMs } });
  const world = emptyWorld();
  for (const endMs of [nowMs + 86_400_001, Date.UTC(9999, 11, 31), Date.UTC(1979, 0, 1)]) {
    const end = await importOnce(world, path, directory, named(endMs));
    assert.match(end.kind === 'stopped' ? end.why : '', /^n\.ndjson: its name says that it is complete through/);
  }
  assert.deepEqual(world, emptyWorld());
  assert.equal((await importOnce(world, path, directory, named(nowMs + 15 * 3_600_000))).kind, 'ended');
  assert.equal(world.progress.markMs, nowMs);
});

test('a mapping that would make other events of rows already sent stops the feed and says what to do', async (t) => {
  const directory = folder(t);
  const path = join(directory, 'n.ndjson');
  writeFileSync(path, rowsFrom(0, 50));
  const world = emptyWorld();
  await assert.rejects(importOnce(world, path, directory, { killAt: 5 }), Killed);
  const sent = world.log.length;
  const other = { mappingId: 'm2', identityId: 'i2' };
  const stopped = await importOnce(world, path, directory, { feed: other });
  assert.match(stopped.kind === 'stopped' ? stopped.why : '', /Finish the file with the mapping it was begun with; or/);
  assert.equal(world.log.length, sent);
  // Fields alone, or a rule for rows that none took before: ids, times and subscribers stay.
  const fields = { mappingId: 'm3', identityId: 'i1.r9' };
  assert.equal((await importOnce(world, path, directory, { feed: fields })).kind, 'ended');
  assert.deepEqual(new Set(placedIn(world.log, 2).ids), idsFrom(0, 50));
});

test('a restart does not let a feed past its reject limit', async (t) => {
  const directory = folder(t);
  const path = join(directory, 'n.ndjson');
  const bad = Array.from({ length: 1_200 }, (_, index) => `${toRow(index, index % 2 === 0)}\n`).join('');
  writeFileSync(path, bad + rowsFrom(1_200, 4_000));
  const world = emptyWorld();
  const feed = { maxRejectShare: 0.3, rowsPerSecond: undefined };
  const first = await importOnce(world, path, directory, { feed });
  const sent = world.log.length;
  assert.equal(first.kind, 'stopped');
  const again = await importOnce(world, path, directory, { feed });
  assert.match(again.kind === 'stopped' ? again.why : '', /50\.\d % of the rows are rejected/);
  assert.equal(world.log.length, sent);
  const more = { maxRejectShare: 0.6, rowsPerSecond: undefined };
  assert.equal((await importOnce(world, path, directory, { feed: more })).kind, 'ended', 'a higher limit lets it on');
});

test('the marks of a file with one wrong clock leave no row behind', async (t) => {
  const directory = folder(t);
  const path = join(directory, 'n.ndjson');
  const ahead = 90 * 240;
  writeFileSync(path, rowsFrom(0, 50) + rowsFrom(ahead, ahead + 1) + rowsFrom(50, 120));
  const world = emptyWorld();
  assert.equal((await importOnce(world, path, directory)).kind, 'ended');
  assert.deepEqual(placedIn(world.log, 2).behindMarks, []);
  assert.equal(world.progress.markMs, Math.max(timeOf(118), timeOf(119)) - 480_000);
});

test('no sink for rejects is left open where the file cannot be read', async (t) => {
  const directory = folder(t);
  const path = join(directory, 'gone.ndjson');
  await assert.rejects(importOnce(emptyWorld(), path, directory), { code: 'ENOENT' });
  assert.equal(existsSync(join(directory, 'rejects')), false);
  appendFileSync(path, rowsFrom(0, 5));
  assert.equal((await importOnce(emptyWorld(), path, directory)).kind, 'ended');
});
