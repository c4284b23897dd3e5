import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kafka, logLevel } from 'kafkajs';
import { readTopicInBatches } from '../../services/platform/kafka/read-topic.ts';
import { ensureTopics } from '../../services/platform/kafka/topics.ts';
import { testStack, uniqueSuffix } from '../support/stack.ts';

/** More than a call takes arguments. */
const RECORDS = 200_000;
const PACKED = { 'compression.type': 'gzip', 'max.message.bytes': '4000000' };

test('a packed batch of very many records does not stop its partition', async (t) => {
  const { brokers } = testStack();
  const topic = `${uniqueSuffix()}.calls`;
  const kafka = { brokers, clientId: topic };
  await ensureTopics(kafka, [{ topic, partitions: 1, config: PACKED }]);
  const client = new Kafka({ brokers: [...brokers], clientId: topic, logLevel: logLevel.NOTHING });
  const producer = client.producer();
  await producer.connect();
  t.after(() => producer.disconnect());
  const messages = Array.from({ length: RECORDS }, () => ({ key: null, value: 'a' }));
  await producer.send({ topic, messages });

  let read = 0;
  await readTopicInBatches(kafka, topic, (records) => {
    read += records.length;
    return Promise.resolve();
  });
  assert.equal(read, RECORDS);
});
