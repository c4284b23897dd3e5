import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimRedisDatabase, testStack, uniqueSuffix } from '../support/stack.ts';

test('the test run has a Kafka that makes topics only when told', async () => {
  const kafka = new Kafka({ brokers: testStack().brokers, logLevel: logLevel.NOTHING });
  const topic = uniqueSuffix();
  const admin = kafka.admin();
  await admin.connect();
  try {
    await assert.rejects(admin.fetchTopicMetadata({ topics: [topic] }));
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 2 }] });
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    assert.equal(topics[0]?.partitions.length, 2);
    await admin.deleteTopics({ topics: [topic] });
  } finally {
    await admin.disconnect();
  }
});

test('each test gets a Redis database of its own', async () => {
  const [first, second] = [new Redis(await claimRedisDatabase()), new Redis(await claimRedisDatabase())];
  try {
    await first.set('key', 'first');
    assert.equal(await second.get('key'), null);
    assert.equal(await second.dbsize(), 0);
  } finally {
    first.disconnect();
    second.disconnect();
  }
});
