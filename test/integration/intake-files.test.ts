import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { logTail } from '../../deploy/local/keep-process.ts';
import { CSV_MAPPING, ORDERED } from '../intake/feed-texts.ts';
import {
  csvFile,
  isBad,
  marksIn,
  openIntakeShop,
  referencesIn,
  rowsBehindMarks,
  timeOf,
} from '../intake/intake-shop.ts';
import type { IntakeShop } from '../intake/intake-shop.ts';
import { until } from '../support/until.ts';

/** Rows of a file that the kept position covers. */
async function rowsDone(shop: IntakeShop, feed: string): Promise<number> {
  const files = await shop.redis.hvals(`{intake}:files:${feed}`);
  return files.reduce((sum, file) => sum + Number(/"rows":(\d+)/.exec(file)?.[1]), 0);
}

function indexes(from: number, to: number, badEvery: number | undefined): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at).filter((index) => !isBad(index, badEvery));
}

function assertAllRows(counts: ReadonlyMap<string, number>, from: number, to: number, badEvery?: number): void {
  const expected = indexes(from, to, badEvery).map((index) => `r${index}`);
  assert.deepEqual([...counts.keys()].toSorted(), expected.toSorted());
}

function slowFeed(source: string): string {
  return `feed: voice\nsource: ${source}\n${ORDERED}rowsPerSecond: 10000\n${CSV_MAPPING}`;
}

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test(`an import that ${signal} ends is gone on with: every row, every reject once, no row behind its mark`, async (t) => {
    const shop = await openIntakeShop(t);
    const [rows, badEvery] = [50_000, 100];
    shop.write('voice.csv', csvFile(0, rows, badEvery));
    const feed = shop.write('voice.yaml', slowFeed('{ type: file, path: voice.csv }'));

    const first = await shop.start([feed]);
    await until('some rows are done', async () => (await rowsDone(shop, 'voice')) > 5_000, {
      state: () => Promise.resolve(logTail(first.logFile)),
    });
    first.process.signal(signal);
    assert.equal(await first.process.ended, signal === 'SIGTERM' ? 'exit code 0' : signal);
    const doneAtEnd = await rowsDone(shop, 'voice');
    assert.ok(doneAtEnd < rows, 'it was ended in the middle');

    const { how, summary } = await shop.run([feed]);

    assert.equal(how, 'exit code 0');
    assert.equal(summary[0]?.rows, rows - doneAtEnd, 'the second run begins where the first was');
    const log = await shop.log();
    const counts = referencesIn(log);
    assertAllRows(counts, 0, rows, badEvery);
    const repeated = [...counts.values()].filter((count) => count > 1).length;
    if (signal === 'SIGTERM') assert.equal(repeated, 0, 'an orderly end repeats nothing');
    assert.deepEqual(rowsBehindMarks(log), []);
    assert.deepEqual(new Set(marksIn(log)), new Set([timeOf(rows - 1)]), 'every partition is complete in the end');
    const rejects = shop.rejects()['voice/voice.csv.rejects.ndjson'] ?? [];
    const lines = Array.from({ length: rows / badEvery }, (_, at) => at * badEvery + 2);
    assert.deepEqual(
      rejects.map(({ line }) => line),
      lines,
    );
    assert.ok(rejects.every(({ reason, field }) => reason === 'not_a_number' && field === 'durationS'));
  });
}

test('content that was imported is skipped under another name, also after a restart', async (t) => {
  const shop = await openIntakeShop(t);
  shop.write('in/a.csv', csvFile(0, 500));
  shop.write('in/b.csv', csvFile(0, 500));
  const feed = shop.write(
    'voice.yaml',
    `feed: voice\nsource: { type: folder, path: in, pattern: '*.csv' }\n${ORDERED}${CSV_MAPPING}`,
  );
  const first = await shop.run([feed]);
  assert.deepEqual([first.how, first.summary[0]?.files, first.summary[0]?.alreadyImported], ['exit code 0', 1, 1]);

  shop.write('in/c.csv.tmp', csvFile(0, 500));
  renameSync(join(shop.directory, 'in/c.csv.tmp'), join(shop.directory, 'in/c.csv'));
  const second = await shop.run([feed]);
  // Two that stand as they did, and one by its content.
  assert.deepEqual([second.summary[0]?.files, second.summary[0]?.alreadyImported], [0, 3]);
  const counts = referencesIn(await shop.log());
  assertAllRows(counts, 0, 500);
  assert.ok([...counts.values()].every((count) => count === 1));
});

test('of two instances on one folder one reads; the other takes over when it is killed', async (t) => {
  const shop = await openIntakeShop(t);
  shop.write('in/a.csv', csvFile(0, 3_000));
  const feed = shop.write(
    'voice.yaml',
    `feed: voice\nsource: { type: folder, path: in, watch: true }\n${ORDERED}${CSV_MAPPING}`,
  );
  const both = [await shop.start([feed]), await shop.start([feed])];
  const stateOf = async (state: string) => {
    const texts = await Promise.all(both.map((one) => one.metrics()));
    return both.filter((_, index) =>
      texts[index]?.includes(`churn_intake_feed_state{feed="voice",state="${state}"} 1`),
    );
  };
  const reader = await until('one has read and waits, the other stands by', async () => {
    const [waiting, standby] = [await stateOf('waiting'), await stateOf('standby')];
    return waiting.length === 1 && standby.length === 1 ? waiting[0] : undefined;
  });
  assert.ok(await reader.isReady());

  reader.process.signal('SIGKILL');
  await reader.process.ended;
  shop.write('in/b.csv', csvFile(3_000, 6_000));
  const other = both.find((one) => one !== reader);
  assert.ok(other);
  await until('the other has read the second file', async () => (await rowsDone(shop, 'voice')) === 6_000, {
    state: () => Promise.resolve(logTail(other.logFile)),
  });
  await other.stop();
  const log = await shop.log();
  const counts = referencesIn(log);
  assertAllRows(counts, 0, 6_000);
  assert.ok(
    [...counts.values()].every((count) => count === 1),
    'the first file was not read again',
  );
  assert.deepEqual(rowsBehindMarks(log), []);
});

test('gzip that is cut off stops the feed and is not done; the whole file is read when it is there', async (t) => {
  const shop = await openIntakeShop(t);
  const whole = gzipSync(csvFile(0, 20_000));
  shop.write('in/a.csv.gz', whole.subarray(0, whole.length / 2));
  const feed = shop.write('voice.yaml', `feed: voice\nsource: { type: folder, path: in }\n${ORDERED}${CSV_MAPPING}`);
  const cut = await shop.run([feed]);
  assert.equal(cut.how, 'exit code 1');
  assert.match(cut.summary[0]?.stoppedBecause ?? '', /a\.csv\.gz is not whole/);
  assert.equal(cut.summary[0]?.files, 0);

  shop.write('in/a.csv.gz', whole);
  const again = await shop.run([feed]);
  assert.deepEqual([again.how, again.summary[0]?.files], ['exit code 0', 1]);
  const log = await shop.log();
  assertAllRows(referencesIn(log), 0, 20_000);
  assert.deepEqual(rowsBehindMarks(log), []);
});

test('too many rejects stop a feed and name it; the other feeds go on', async (t) => {
  const shop = await openIntakeShop(t);
  shop.write('bad.csv', csvFile(0, 4_000, 10));
  shop.write('good.csv', csvFile(0, 4_000, 100));
  const feeds = ['bad', 'good'].map((name) =>
    shop.write(`${name}.yaml`, `feed: ${name}\nsource: { type: file, path: ${name}.csv }\n${ORDERED}${CSV_MAPPING}`),
  );
  const { how, summary, log } = await shop.run(feeds);
  assert.equal(how, 'exit code 1');
  const [bad, good] = summary;
  assert.equal(bad?.state, 'stopped');
  assert.match(bad.stoppedBecause ?? '', /bad\.csv: 10\.\d % of the rows are rejected.*not_a_number in durationS/);
  assert.equal(bad.rows, 1_001, 'no row is taken beyond the limit');
  assert.deepEqual([good?.state, good?.rows, good?.rejected], ['ended', 4_000, { not_a_number: 40 }]);
  assert.doesNotMatch(log, /1390000/, 'numbers are not told');
});

test('with a mended mapping a file that stopped is read anew from its first row', async (t) => {
  const shop = await openIntakeShop(t);
  shop.write('voice.csv', csvFile(0, 2_000, 4));
  const source = `feed: voice\nsource: { type: file, path: voice.csv }\n${ORDERED}`;
  const feed = shop.write('voice.yaml', `${source}${CSV_MAPPING}`);
  assert.equal((await shop.run([feed])).how, 'exit code 1');

  shop.write(
    'voice.yaml',
    `${source}${CSV_MAPPING.replace('durationS: { from: duration, unit: s }', 'durationS: { value: 7 }')}`,
  );
  const mended = await shop.run([feed]);
  assert.deepEqual([mended.how, mended.summary[0]?.rows], ['exit code 0', 2_000]);
  assertAllRows(referencesIn(await shop.log()), 0, 2_000);
});
