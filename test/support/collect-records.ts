import { runConsumer } from '../../services/platform/kafka/consumer.ts';
import type { IncomingRecord } from '../../services/platform/kafka/record.ts';
import { uniqueSuffix } from './stack.ts';

const DEADLINE_MS = 60_000;

/** Reads a topic from its beginning until `enough` says so; rejects when that takes over a minute. */
export async function collectRecords(
  brokers: readonly string[],
  topic: string,
  enough: (records: readonly IncomingRecord[]) => boolean,
): Promise<readonly IncomingRecord[]> {
  const records: IncomingRecord[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const deadline = setTimeout(() => {
    reject(new Error(`${topic}: ${records.length} records within ${DEADLINE_MS} ms were not enough`));
  }, DEADLINE_MS);
  const consumer = runConsumer({
    brokers,
    clientId: 'test',
    groupId: `collect-${uniqueSuffix()}`,
    topic,
    handleBatch(batch) {
      records.push(...batch.records);
      if (enough(records)) resolve(undefined);
      return Promise.resolve();
    },
    onStateChange: () => undefined,
  });
  try {
    await promise;
    return records;
  } finally {
    clearTimeout(deadline);
    await consumer.stop();
  }
}
