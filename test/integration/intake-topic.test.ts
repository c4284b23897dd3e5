import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { logTail } from '../../deploy/local/keep-process.ts';
import { openProducer } from '../../services/platform/kafka/producer.ts';
import { ensureTopics } from '../../services/platform/kafka/topics.ts';
import { JSON_MAPPING, ORDERED } from '../intake/feed-texts.ts';
import { csvRow, marksIn, openIntakeShop, referencesIn, rowsBehindMarks, timeOf } from '../intake/intake-shop.ts';
import { uniqueSuffix } from '../support/stack.ts';
import { until } from '../support/until.ts';

const SOURCE_PARTITIONS = 2;

function jsonRow(index: number): string {
  const [ref, msisdn, time, duration] = csvRow(index).split(',');
  return JSON.stringify({ ref, msisdn, time: Number(time), duration: index % 50 === 7 ? 'long' : Number(duration) });
}

test('a topic with JSON is read on from where Redis says; bad records are told with their place', async (t) => {
  const shop = await openIntakeShop(t);
  const source = `${uniqueSuffix()}.calls`;
  await ensureTopics(shop.kafka, [{ topic: source, partitions: SOURCE_PARTITIONS }]);
  const producer = await openProducer(shop.kafka);
  t.after(() => producer.close());
  const send = (from: number, to: number) =>
    producer.send(
      Array.from({ length: to - from }, (_, at) => from + at).map((index) => ({
        topic: source,
        partition: index % SOURCE_PARTITIONS,
        key: null,
        value: Buffer.from(index % 100 === 9 ? '{"ref":' : jsonRow(index)),
      })),
    );
  const feedOf = (group: string) =>
    shop.write(
      `${group}.yaml`,
      `feed: voice\nsource: { type: topic, topic: ${source}, groupId: ${source}-${group} }\n${ORDERED}rejects: { maxShare: 0.1 }\n${JSON_MAPPING}`,
    );
  const good = (to: number) =>
    Array.from({ length: to }, (_, index) => index).filter((index) => index % 50 !== 7 && index % 100 !== 9);
  const nextOffsets = async () =>
    (await shop.redis.hmget('{intake}:topic:voice', `${source}/0:next`, `${source}/1:next`)).map(Number);

  await send(0, 1_000);
  const first = await shop.start([feedOf('one')]);
  await until('all is read', async () => (await nextOffsets()).every((next) => next === 500), {
    state: () => Promise.resolve(logTail(first.logFile)),
  });
  assert.ok(await first.isReady());
  const least = timeOf(998);
  await until('the mark is written', async () => marksIn(await shop.log()).every((mark) => mark === least));
  await first.stop();

  await send(1_000, 1_400);
  // A group of which Kafka knows nothing: it would begin at the first record.
  const second = await shop.start([feedOf('two')]);
  await until('the rest is read', async () => (await nextOffsets()).every((next) => next === 700), {
    state: () => Promise.resolve(logTail(second.logFile)),
  });
  await second.stop();

  const log = await shop.log();
  const counts = referencesIn(log);
  assert.deepEqual(
    [...counts.keys()].toSorted(),
    good(1_400)
      .map((index) => `r${index}`)
      .toSorted(),
  );
  assert.ok(
    [...counts.values()].every((count) => count === 1),
    'nothing is read twice',
  );
  assert.deepEqual(rowsBehindMarks(log), []);
  const rejects = Object.values(shop.rejects()).flat();
  const places = rejects.map((reject) => [reject['source'], reject['offset'], reject['reason']].join(' '));
  const expected = Array.from({ length: 1_400 }, (_, index) => index)
    .filter((index) => index % 50 === 7 || index % 100 === 9)
    .map((index) => {
      const reason = index % 100 === 9 ? 'unparsable_row' : 'not_a_number';
      return `${source}/${index % SOURCE_PARTITIONS} ${Math.floor(index / SOURCE_PARTITIONS)} ${reason}`;
    });
  assert.deepEqual(places.toSorted(), expected.toSorted());
});

test('a position that the topic no longer reaches stops the feed with a message, though no record comes', async (t) => {
  const shop = await openIntakeShop(t);
  const source = `${uniqueSuffix()}.calls`;
  await ensureTopics(shop.kafka, [{ topic: source, partitions: 1 }]);
  await shop.redis.hset('{intake}:topic:voice', `${source}/0:next`, '5');
  const feed = shop.write(
    'lost.yaml',
    `feed: voice\nsource: { type: topic, topic: ${source}, groupId: ${source} }\n${ORDERED}${JSON_MAPPING}`,
  );
  const { how, summary } = await shop.run([feed]);
  assert.equal(how, 'exit code 1');
  assert.match(summary[0]?.stoppedBecause ?? '', /\/0: offset 5 is next, but the topic ends before it; see /);
});

test('rejects that cannot be written are told once, make intake not ready, and stop the feed after the limit', async (t) => {
  const shop = await openIntakeShop(t);
  const source = `${uniqueSuffix()}.calls`;
  await ensureTopics(shop.kafka, [{ topic: source, partitions: 1 }]);
  const producer = await openProducer(shop.kafka);
  t.after(() => producer.close());
  await producer.send([{ topic: source, key: null, value: Buffer.from('{"ref":') }]);
  const feed = shop.write(
    'full.yaml',
    `feed: voice\nsource: { type: topic, topic: ${source}, groupId: ${source} }\n${ORDERED}${JSON_MAPPING}`,
  );
  const intake = await shop.start([feed], {
    CHURN_INTAKE_REJECTS_DIRECTORY: shop.write('no-folder', ''),
    CHURN_FAILING_LIMIT_SECONDS: '5',
  });
  const state = { state: () => Promise.resolve(logTail(intake.logFile)) };
  const lines = (pattern: RegExp): number =>
    readFileSync(intake.logFile, 'utf8')
      .split('\n')
      .filter((line) => pattern.test(line)).length;
  await until('it is told', () => Promise.resolve(lines(/feed voice is missing: .*\/0: E/) > 0), state);
  assert.equal(await intake.isReady(), false);
  await until('the feed has stopped', () => Promise.resolve(intake.process.hasEnded()), state);
  assert.equal(await intake.process.ended, 'exit code 1');
  assert.deepEqual([lines(/feed voice is missing/), lines(/has been failing for more than 5 s/) > 0], [1, true]);
});
