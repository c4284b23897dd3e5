import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { createTopicPositions } from '../../services/intake/positions/topic-positions.ts';
import { createKafka } from '../../services/platform/kafka/client.ts';
import { openGroupReader } from '../../services/platform/kafka/consumer-groups.ts';
import type { GroupReader } from '../../services/platform/kafka/consumer-groups.ts';
import { partitionsWithRecords } from '../../services/platform/kafka/partitions-with-records.ts';
import { ensureTopics } from '../../services/platform/kafka/topics.ts';
import { openRedis } from '../../services/platform/redis/client.ts';
import { membersStill } from '../../services/rekey/members-still.ts';
import { claimRedisDatabase, testStack, uniqueSuffix } from '../support/stack.ts';
import { until } from '../support/until.ts';
import { boundsAtRest, END_OFFSET } from './filled-keyspace.ts';
import { FROM, openFilled, reasonsOf, rekey } from './small-rekey.ts';

const name = uniqueSuffix();
const { brokers } = testStack();
const settings = { brokers, clientId: `test-${name}` };

async function openGroups(t: TestContext): Promise<GroupReader> {
  const groups = await openGroupReader(settings);
  t.after(() => groups.close());
  return groups;
}

/** A service, as far as Kafka sees it. @returns what stops it. */
async function joinGroup(
  t: TestContext,
  clientId: string,
  groupId: string,
  topic: string,
): Promise<() => Promise<void>> {
  const consumer = createKafka({ brokers, clientId }).consumer({ groupId, allowAutoTopicCreation: false });
  const leave = (): Promise<void> => consumer.disconnect();
  t.after(leave);
  const joined = Promise.withResolvers<undefined>();
  consumer.on(consumer.events.GROUP_JOIN, () => {
    joined.resolve(undefined);
  });
  await consumer.connect();
  await consumer.subscribe({ topic });
  await consumer.run({ eachBatch: () => Promise.resolve() });
  await joined.promise;
  return leave;
}

test('services and topic feeds that still run are seen by their consumer groups, whatever those are called', async (t) => {
  const [log, source] = [`${name}.log`, `${name}.source`];
  await ensureTopics(
    settings,
    [log, source].map((topic) => ({ topic, partitions: 1 })),
  );
  const redis = await openRedis({ url: await claimRedisDatabase() });
  t.after(() => {
    redis.disconnect();
  });
  await createTopicPositions(redis, FROM, 'usage', source).advance(0, 5n, { rejectsBytes: 0 });
  const groups = await openGroups(t);
  const serviceGroups = [`${name}-scorer`, `${name}-retention.alerts`];
  const still = (): Promise<string[]> =>
    membersStill({ redis, keyspace: FROM, serviceGroups, groupsWithMembers: (named) => groups.withMembers(named) });
  assert.deepEqual(await still(), []);
  // Others read the same topics, too.
  await Promise.all([
    joinGroup(t, 'somebody-else', `${name}-other`, source),
    joinGroup(t, 'churn-intake', `${name}-another-installation`, log),
  ]);
  assert.deepEqual(await still(), []);
  const leaving = await Promise.all([
    joinGroup(t, 'churn-scorer', `${name}-scorer`, log),
    joinGroup(t, 'churn-retention', `${name}-retention.alerts`, log),
    joinGroup(t, 'churn-intake', `${name}-named-by-its-feed`, source),
  ]);
  const told = (await still()).join('\n');
  for (const groupId of [...serviceGroups, `${name}-named-by-its-feed`]) {
    assert.match(told, new RegExp(`${groupId} has 1 members`));
  }
  assert.equal(told.split('\n').length, leaving.length);
  await Promise.all(leaving.map((leave) => leave()));
  await until('they have left', async () => (await still()).length === 0);
});

test('names do not change while a service runs that waits for something to do', async (t) => {
  const redis = await openFilled(t);
  const group = { groupId: 'retention.alert', members: [{ clientId: 'churn-retention', topics: ['alert'] }] };
  const asked: string[][] = [];
  const refused = await rekey(redis, {
    groupsWithMembers: (named) => {
      asked.push([...named]);
      return Promise.resolve([group, { ...group, groupId: 'of-others' }]);
    },
  });
  assert.match(reasonsOf(refused), /^the consumer group retention\.alert has 1 members: stop them/);
  assert.deepEqual(asked, [['scorers', 'retention.alert']]);
});

test('a log that ends in the ends of transactions counts as read', async (t) => {
  const topic = `${name}.transactions`;
  await ensureTopics(settings, [{ topic, partitions: 4 }]);
  const producer = createKafka(settings).producer({ transactionalId: name, idempotent: true, maxInFlightRequests: 1 });
  t.after(() => producer.disconnect());
  await producer.connect();
  const write = async (partition: number, end: 'commit' | 'abort'): Promise<void> => {
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ partition, value: 'a record' }] });
    await transaction[end]();
  };
  await write(0, 'commit');
  await write(1, 'abort');
  await write(2, 'commit');
  const ranges = new Map([
    [0, { lowOffset: 1n, endOffset: 2n }],
    [1, { lowOffset: 0n, endOffset: 2n }],
    [2, { lowOffset: 0n, endOffset: 2n }],
    [3, { lowOffset: 0n, endOffset: 0n }],
  ]);
  assert.deepEqual([...(await partitionsWithRecords(settings, topic, ranges))], [2]);
  ranges.delete(2);
  assert.deepEqual([...(await partitionsWithRecords(settings, topic, ranges))], []);

  const redis = await openFilled(t);
  const behind = boundsAtRest.input().set(1, { lowOffset: 0n, endOffset: END_OFFSET + 1n });
  const asked: unknown[] = [];
  const result = await rekey(redis, {
    boundsOfInput: () => Promise.resolve(behind),
    withRecords: (log, unread) => {
      if (unread.size > 0) asked.push([log, ...unread]);
      return Promise.resolve(new Set());
    },
  });
  assert.equal(result.type, 'done');
  assert.deepEqual(asked[0], ['input', [1, { lowOffset: END_OFFSET, endOffset: END_OFFSET + 1n }]]);
});
