import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kafka, logLevel } from 'kafkajs';
import { runConsumer } from '../../services/platform/kafka/consumer.ts';
import { readTopic } from '../../services/platform/kafka/read-topic.ts';
import { ensureTopics } from '../../services/platform/kafka/topics.ts';
import { openTransactions } from '../faults/rubbish/transact.ts';
import { openInstallation } from '../support/installation.ts';
import { sendRecords } from '../support/installation-log.ts';
import { countsOf, untilSettled } from '../support/installation-state.ts';
import { at, people, regularLife } from '../support/regular-life.ts';
import { startScorer } from '../support/scorer-process.ts';
import { testStack, uniqueSuffix } from '../support/stack.ts';
import { until } from '../support/until.ts';

test('a quiet topic that transactions were written to is read to its end: positions pass what is no record', async (t) => {
  const { brokers } = testStack();
  const topic = `${uniqueSuffix()}.calls`;
  const kafka = { brokers, clientId: topic };
  await ensureTopics(kafka, [{ topic, partitions: 1 }]);
  const client = new Kafka({ brokers: [...brokers], clientId: topic, logLevel: logLevel.NOTHING });
  const producer = client.producer({ transactionalId: topic, maxInFlightRequests: 1, idempotent: true });
  await producer.connect();
  t.after(() => producer.disconnect());
  async function transact(values: readonly string[], isKept: boolean): Promise<void> {
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: values.map((value) => ({ key: null, value })) });
    if (isKept) await transaction.commit();
    else await transaction.abort();
  }

  const read: string[] = [];
  let position: bigint | undefined;
  await transact(['a', 'b'], true);
  const consumer = runConsumer({
    ...kafka,
    topic,
    groupId: topic,
    positions: {
      read: () => Promise.resolve({ nextOffset: position, serverLife: '' }),
      write(_, nextOffset) {
        position = nextOffset;
        return Promise.resolve(true);
      },
      boundsOf: () => Promise.resolve({ lowOffset: 0n, endOffset: 1_000n }),
    },
    handleBatch({ records }) {
      read.push(...records.map(({ value }) => String(value)));
      return Promise.resolve();
    },
    onStateChange: () => undefined,
  });
  t.after(() => consumer.stop());
  // Not where the topic ends by then: the end of a transaction may be written after its producer was answered.
  const isAt = (offset: bigint) => () => Promise.resolve(position === offset);
  await until('what was there is read', isAt(3n));
  await transact(['c'], false);
  await until('a transaction that was given up is passed', isAt(5n));
  await transact(['d'], true);
  await until('the rest is read', isAt(7n));
  assert.deepEqual(read, ['a', 'b', 'd']);
  const atOnce: string[] = [];
  await readTopic(kafka, topic, ({ value }) => atOnce.push(String(value)));
  assert.deepEqual(atOnce, ['a', 'b', 'd']);
});

test('a scorer passes transactions that were given up and are more than one fetch, and goes on behind them', async (t) => {
  const shop = await openInstallation(t, { partitions: 1 });
  const life = { subscriberIds: people(3) };
  const first = await startScorer(shop);
  await sendRecords(shop, regularLife({ ...life, fromMs: at(0), toMs: at(1) }));
  await untilSettled(shop);
  await first.stop();

  const transactions = await openTransactions(shop);
  t.after(() => transactions.close());
  // A fetch takes a mebibyte of a partition.
  const value = Buffer.alloc(700_000);
  for (let i = 0; i < 3; i++) {
    await transactions.write([{ topic: shop.topics.input, partition: 0, key: 'nobody', value }], 'abort');
  }
  await startScorer(shop);
  await sendRecords(shop, regularLife({ ...life, fromMs: at(1), toMs: at(2) }));
  await untilSettled(shop);
  assert.equal((await countsOf(shop)).parked, 0);
});
