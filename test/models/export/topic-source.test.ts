import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { runExport } from '../../../models/export/run-export.ts';
import type { TrainingExport } from '../../../models/export/run-export.ts';
import type { KnownBy, LogSource } from '../../../models/export/source-record.ts';
import { createTopicSource } from '../../../models/export/topic-source.ts';
import { encodeLogRecord } from '../../../services/contracts/log-record.ts';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { createKafka } from '../../../services/platform/kafka/client.ts';
import { createPartitionOf } from '../../../services/platform/kafka/partition.ts';
import { openProducer } from '../../../services/platform/kafka/producer.ts';
import { readPartitions } from '../../../services/platform/kafka/read-partitions.ts';
import type { OutgoingRecord } from '../../../services/platform/kafka/record.ts';
import { ensureTopics } from '../../../services/platform/kafka/topics.ts';
import { at, people, regularLife } from '../../support/regular-life.ts';
import { sampleCall, sampleEvent } from '../../support/sample-events.ts';
import { testStack, uniqueSuffix } from '../../support/stack.ts';
import { knownAtOnce, memorySource, samplePlan } from './memory-source.ts';

const PARTITIONS = 4;
const { brokers } = testStack();
const settings = { brokers, clientId: 'test' };

interface Topic {
  readonly name: string;
  write(records: readonly LogRecord[]): Promise<void>;
}

async function openTopic(t: { after(fn: () => Promise<void>): void }): Promise<Topic> {
  const name = `export-${uniqueSuffix()}`;
  await ensureTopics(settings, [{ topic: name, partitions: PARTITIONS }]);
  const producer = await openProducer(settings);
  t.after(() => producer.close());
  return { name, write: (records) => producer.send(records.flatMap((record) => toOutgoing(name, record))) };
}

/** A subscriber's records by key, a mark to every partition. */
function toOutgoing(topic: string, record: LogRecord): OutgoingRecord[] {
  const value = encodeLogRecord(record);
  if (!isPartitionMark(record)) return [{ topic, key: record.subscriberId, value }];
  return Array.from({ length: PARTITIONS }, (_, partition) => ({ topic, partition, key: null, value }));
}

function topicSource(topic: Topic, knownBy: KnownBy = 'log'): LogSource {
  return createTopicSource(settings, topic.name, knownBy, (partition) => {
    assert.fail(`partition ${partition} is said to have lost its beginning`);
  });
}

const ids = people(12);
const LIFE = regularLife({ subscriberIds: ids, fromMs: at(0), toMs: at(20), silent: new Set(ids.slice(0, 5)) });
const PLAN = samplePlan({ asOfsMs: [at(8), at(10)] });

function rowsOf({ rows }: TrainingExport): readonly unknown[] {
  return rows.map(({ subscriberId, asOfMs, vectorAsOfMs, label }) => [subscriberId, asOfMs, vectorAsOfMs, label]);
}

test('a topic of several partitions gives the rows of its records in one, each partition read to its end', async (t) => {
  const topic = await openTopic(t);
  await topic.write(LIFE);
  const fromTopic = await runExport(PLAN, topicSource(topic));
  const fromMemory = await runExport(PLAN, memorySource(knownAtOnce(LIFE)));
  assert.equal(fromTopic.rows.length, 24);
  assert.deepEqual(rowsOf(fromTopic), rowsOf(fromMemory));
  assert.equal(fromTopic.counts.folded, LIFE.filter((record) => !isPartitionMark(record)).length);
  assert.equal(fromTopic.counts.partitions, PARTITIONS);
});

test('what reached the topic after the cut-off changes nothing; the source’s own word would let it in', async (t) => {
  const topic = await openTopic(t);
  await topic.write(LIFE);
  const cutMs = Date.now();
  const plan = { ...PLAN, knownThroughMs: cutMs };
  const before = (await runExport(plan, topicSource(topic))).encode();
  while (Date.now() <= cutMs) await turn();
  // It tells of the label window of those who fell silent, and says that it was recorded when it happened.
  const backfill = ids.map((subscriberId) => sampleEvent(sampleCall(), at(12, 4), { subscriberId }));
  await topic.write(backfill);
  const after = await runExport(plan, topicSource(topic));
  assert.equal(after.counts.knownLater, backfill.length);
  assert.equal(hash('sha256', after.encode()), hash('sha256', before));
  const bySource = await runExport({ ...plan, knownThroughMs: at(25) }, topicSource(topic, 'source'));
  assert.equal(bySource.rows.filter(({ label }) => label === 1).length, 0);
});

test('a record that scorers park is counted and in no vector', async (t) => {
  const topic = await openTopic(t);
  const producer = await openProducer(settings);
  t.after(() => producer.close());
  await topic.write(LIFE);
  await producer.send([
    { topic: topic.name, partition: 0, key: 'x', value: Buffer.from('no record') },
    { topic: topic.name, partition: 0, key: 'x', value: null },
    ...strayFrom(topic.name),
  ]);
  const made = await runExport(PLAN, topicSource(topic));
  assert.deepEqual(Object.fromEntries(made.counts.rejected), { undecodable: 1, no_value: 1, wrong_partition: 1 });
  assert.deepEqual(rowsOf(made), rowsOf(await runExport(PLAN, memorySource(knownAtOnce(LIFE)))));
});

/** A record in a partition that its key does not belong to. */
function strayFrom(topic: string): OutgoingRecord[] {
  const record = sampleEvent(sampleCall(), at(19), { subscriberId: 'k1-person0000' });
  const own = createPartitionOf(PARTITIONS)(record.subscriberId);
  return [{ topic, partition: (own + 1) % PARTITIONS, key: record.subscriberId, value: encodeLogRecord(record) }];
}

test('a reading that fails leaves no group behind, and what failed is what is told', async (t) => {
  const topic = await openTopic(t);
  await topic.write(LIFE);
  const clientId = `reader-${uniqueSuffix()}`;
  const failing = readPartitions({ ...settings, clientId }, topic.name, () => ({
    onRecords: () => {
      throw new Error('the disk is full');
    },
    onEnd: () => undefined,
  }));
  await assert.rejects(failing, /the disk is full/);
  const admin = createKafka(settings).admin();
  await admin.connect();
  t.after(() => admin.disconnect());
  const { groups } = await admin.listGroups();
  assert.deepEqual(
    groups.filter(({ groupId }) => groupId.includes(clientId)),
    [],
  );
});

test('an empty topic has no rows, and a missing one is an error', async (t) => {
  const topic = await openTopic(t);
  assert.deepEqual(rowsOf(await runExport(PLAN, topicSource(topic))), []);
  await assert.rejects(runExport(PLAN, topicSource({ ...topic, name: `${topic.name}-missing` })), /does not exist/);
});
