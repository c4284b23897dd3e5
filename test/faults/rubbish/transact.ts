import kafkajs from 'kafkajs';
import type { OutgoingRecord } from '../../../services/platform/kafka/record.ts';
import type { Installation } from '../../support/installation.ts';
import { until } from '../../support/until.ts';

const { Kafka, logLevel } = kafkajs;

export interface Transactions {
  /** Writes records of one partition in a transaction, and ends it: either way a control record stands behind them. */
  write(records: readonly OutgoingRecord[], end: 'commit' | 'abort'): Promise<void>;
  close(): Promise<void>;
}

/** A producer of transactions to the input log. */
export async function openTransactions({ kafka, topics, offsets }: Installation): Promise<Transactions> {
  const recordsInAll = async (): Promise<number> => {
    const bounds = await offsets.allBoundsOf(topics.input);
    return [...bounds.values()].reduce((sum, { endOffset }) => sum + Number(endOffset), 0);
  };
  const client = new Kafka({ brokers: [...kafka.brokers], clientId: kafka.clientId, logLevel: logLevel.NOTHING });
  const producer = client.producer({ transactionalId: topics.input, maxInFlightRequests: 1, idempotent: true });
  await producer.connect();
  return {
    async write(records, end) {
      const before = await recordsInAll();
      const transaction = await producer.transaction();
      const messages = records.map(({ key, value, partition }) => ({
        key,
        value: value === null ? null : Buffer.from(value),
        ...(partition === undefined ? {} : { partition }),
      }));
      await transaction.send({ topic: topics.input, messages });
      await transaction[end]();
      // The broker answers first and writes the control record then, perhaps behind what others send.
      const wanted = before + records.length + 1;
      await until('the control record is in the log', async () => (await recordsInAll()) >= wanted);
    },
    close: () => producer.disconnect(),
  };
}
