import kafkajs from 'kafkajs';
import type { OutgoingRecord } from '../../../services/platform/kafka/record.ts';
import type { Installation } from '../../support/installation.ts';

const { Kafka, logLevel } = kafkajs;

export interface Transactions {
  /** Writes records in a transaction, and ends it: either way a control record stands behind them. */
  write(records: readonly OutgoingRecord[], end: 'commit' | 'abort'): Promise<void>;
  close(): Promise<void>;
}

/** A producer of transactions to the input log. */
export async function openTransactions({ kafka, topics }: Installation): Promise<Transactions> {
  const client = new Kafka({ brokers: [...kafka.brokers], clientId: kafka.clientId, logLevel: logLevel.NOTHING });
  const producer = client.producer({ transactionalId: topics.input, maxInFlightRequests: 1, idempotent: true });
  await producer.connect();
  return {
    async write(records, end) {
      const transaction = await producer.transaction();
      const messages = records.map(({ key, value, partition }) => ({
        key,
        value: value === null ? null : Buffer.from(value),
        ...(partition === undefined ? {} : { partition }),
      }));
      await transaction.send({ topic: topics.input, messages });
      await transaction[end]();
    },
    close: () => producer.disconnect(),
  };
}
