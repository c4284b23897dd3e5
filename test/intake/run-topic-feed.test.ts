import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { PositionLostError } from '../../services/platform/kafka/positioned-batches.ts';
import { placedIn } from './fake-feed.ts';
import { FAILING_LIMIT_MS, openTopicShop } from './topic-shop.ts';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 0, 5);

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'churn-topic-'));
  t.after(() => {
    rmSync(path, { recursive: true });
  });
  return path;
}

const DENIED = new Error("EACCES: permission denied, open 'rejects'");
const retryOf = (type: 'retry' | 'give-up') => ({ type, waitMs: 500, partition: 0, sinceMs: 0, attempts: 1 }) as const;

test('a mark of a topic is never ahead of rows whose delivery failed, though they had been mapped', async (t) => {
  const shop = openTopicShop(folder(t));
  await shop.hand(0, 0, [0, 2]);
  shop.failure = new Error('MESSAGE_TOO_LARGE');
  await assert.rejects(shop.hand(0, 2, [4, 100]), /TOO_LARGE/);
  // Fewer records come the second time: where a fetch ends is for the broker to say.
  await shop.hand(0, 2, [4]);
  assert.equal(shop.stored.get(0)?.record.maxEventMs, START_MS + 4 * 6 * MINUTE_MS);
  await shop.look();
  await shop.hand(0, 3, [8, 100]);
  await shop.look();
  const { ids, behindMarks } = placedIn(shop.log, 1);
  assert.deepEqual([ids, behindMarks], [['e0', 'e2', 'e4', 'e8', 'e100'], []]);
  await shop.stop();
});

test('one wrong clock in a topic makes nothing behind it late: its row is not believed until others confirm it', async (t) => {
  const shop = openTopicShop(folder(t));
  // Row n lies n × 6 minutes after the start: 10,000 is six weeks ahead.
  await shop.hand(0, 0, [0, 2, 10_000]);
  await shop.hand(0, 3, [4, 6]);
  assert.equal(shop.stored.get(0)?.record.maxEventMs, START_MS + 6 * 6 * MINUTE_MS);
  await shop.look();
  const { behindMarks } = placedIn(shop.log, 1);
  assert.deepEqual(behindMarks, []);
  await shop.stop();
});

test('a quiet topic does not wait for a clock that is set back to come so far again before it is marked', async (t) => {
  const shop = openTopicShop(folder(t), { quietAfterMs: MINUTE_MS });
  await shop.hand(0, 0, [0, 2]);
  shop.bounds.set(0, { lowOffset: 0n, endOffset: 2n });
  const marks = (): number => shop.log.filter(({ partition }) => partition !== undefined).length;
  await shop.look();
  const byRows = marks();
  shop.setClockBack(60 * MINUTE_MS);
  let looks = 0;
  while (marks() === byRows && looks < 20) {
    looks += 1;
    await shop.look();
  }
  // Ten seconds pass before each. The one under way is spent on the clock.
  assert.ok(looks <= 8, `${looks} looks`);
  await shop.stop();
});

test('rejects of a batch that failed are in the file once, though the batch comes again', async (t) => {
  const directory = folder(t);
  const shop = openTopicShop(directory);
  await shop.hand(0, 0, [0, -1]);
  shop.failure = new Error('MESSAGE_TOO_LARGE');
  await assert.rejects(shop.hand(0, 2, [2, -1, 4]));
  await shop.hand(0, 2, [2, -1, 4]);
  const lines = readFileSync(join(directory, 'numbers', 'calls-0.rejects.ndjson'), 'utf8')
    .trimEnd()
    .split('\n');
  assert.deepEqual(
    lines.map((line) => /"offset":"(\d+)"/.exec(line)?.[1]),
    ['1', '3'],
  );
  await shop.stop();
});

test('a partition that cannot be worked on makes the feed not ready, with one line, until it is well again', async (t) => {
  const shop = openTopicShop(folder(t));
  const { consumer } = shop;
  consumer.onStateChange('joined', '');
  assert.deepEqual(shop.notReady(), []);
  consumer.onFailing?.(0, DENIED, retryOf('retry'));
  consumer.onFailing?.(0, DENIED, retryOf('retry'));
  assert.match(shop.notReady().join(), /feed numbers: calls\/0: EACCES/);
  consumer.onRecovered?.(0);
  assert.deepEqual([shop.lines, shop.notReady()], [[`calls/0: ${DENIED.message}`, 'back'], []]);
  assert.deepEqual(await shop.stop(), { kind: 'aborted' });
});

test('a feed whose rejects cannot be written fails the batch, and stops with the reason after the limit', async (t) => {
  const directory = folder(t);
  writeFileSync(join(directory, 'file'), '');
  const shop = openTopicShop(join(directory, 'file'));
  const error: unknown = await shop.hand(0, 0, [0, -1]).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.match(String(error), /ENOTDIR|EEXIST/);
  assert.equal(shop.consumer.failures?.isOutage(error), false);
  assert.equal(shop.consumer.failures.giveUpAfterMs, FAILING_LIMIT_MS);
  assert.equal(shop.stored.size, 0);
  shop.consumer.onFailing?.(0, error, retryOf('give-up'));
  const end = await shop.ended;
  assert.ok(end.kind === 'stopped');
  assert.match(end.why, /calls\/0 has been failing for more than 60 s: E/);
});

test('a position that the topic no longer reaches stops the feed at once, and says where to read on', async (t) => {
  const shop = openTopicShop(folder(t));
  shop.consumer.onFailing?.(0, new PositionLostError('calls/0: offset 5 is next, but the topic begins at 9'), {
    ...retryOf('retry'),
  });
  const end = await shop.ended;
  assert.ok(end.kind === 'stopped');
  assert.match(end.why, /offset 5 is next, but the topic begins at 9; see "A position that is lost"/);
});

for (const [what, lowOffset, endOffset] of [
  ['left its retention', 9n, 20n],
  ['was made anew', 0n, 0n],
] as const) {
  test(`a position in a quiet topic that ${what} is found without a record, and stops the feed`, async (t) => {
    const shop = openTopicShop(folder(t), { progress: { mode: 'stated' } });
    shop.stored.set(0, { nextOffset: 5n, record: { rejectsBytes: 0 } });
    shop.bounds.set(0, { lowOffset, endOffset });
    await shop.look();
    const end = await shop.ended;
    assert.ok(end.kind === 'stopped');
    assert.match(end.why, /calls\/0: offset 5 is next, but the topic (begins at 9|ends before it)/);
  });
}

test('an outage is no failing of the feed', async (t) => {
  const shop = openTopicShop(folder(t));
  shop.consumer.onStateChange('joined', '');
  assert.equal(shop.consumer.failures?.isOutage(new Error('Connection is closed.')), true);
  shop.consumer.onFailing?.(0, new Error('Connection is closed.'), { type: 'outage', waitMs: 1_000 });
  shop.consumer.onStateChange('crashed', 'connect ECONNREFUSED 127.0.0.1:9092');
  assert.deepEqual([shop.lines, shop.notReady()], [[], []]);
  await shop.stop();
});

test('a group that refuses this instance makes the feed not ready until it has joined', async (t) => {
  const shop = openTopicShop(folder(t));
  shop.consumer.onStateChange('crashed', 'Not authorized to access group');
  assert.match(shop.notReady().join(), /calls cannot be read: Not authorized/);
  shop.consumer.onStateChange('joined', '');
  assert.deepEqual(shop.notReady(), []);
  await shop.stop();
});
