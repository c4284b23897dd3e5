import kafkajs, { Kafka, logLevel } from 'kafkajs';
import type { Admin } from 'kafkajs';
import { ensureTopics } from '../../../services/platform/kafka/topics.ts';
import type { Installation } from '../../support/installation.ts';
import { until } from '../../support/until.ts';

/** Runs work with a client that changes topics. */
export async function withAdmin<T>({ kafka }: Installation, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Deletes the records of partition 0 before an offset, as retention does. */
export async function cutBefore(shop: Installation, topic: string, offset: bigint): Promise<void> {
  await withAdmin(shop, async (admin) => {
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: offset.toString() }] });
  });
}

/** Deletes topics and waits until the broker knows them no more. */
export async function deleteTopics(shop: Installation, topics: readonly string[]): Promise<void> {
  await withAdmin(shop, async (admin) => {
    await admin.deleteTopics({ topics: [...topics] });
    await until('the topics are gone', async () => {
      const left = await admin.listTopics();
      return !topics.some((topic) => left.includes(topic));
    });
  });
}

/** Deletes a topic and creates it under the same name, empty. */
export async function makeAnew(shop: Installation, topic: string): Promise<void> {
  await deleteTopics(shop, [topic]);
  await ensureTopics(shop.kafka, [{ topic, partitions: shop.partitions }]);
}

export async function widenTopics(shop: Installation, topics: readonly string[], partitions: number): Promise<void> {
  await withAdmin(shop, (admin) =>
    admin.createPartitions({ topicPartitions: topics.map((topic) => ({ topic, count: partitions })) }),
  );
}

/** Tries until it does not throw. */
export async function untilDone<T>(what: string, work: () => Promise<T>): Promise<T> {
  let last: unknown;
  const { done } = await until(
    what,
    async () => {
      try {
        return { done: await work() };
      } catch (error) {
        last = error;
        return undefined;
      }
    },
    { state: () => Promise.resolve(String(last)) },
  );
  return done;
}

/** Sets one setting of topics. */
export async function configureTopics(
  shop: Installation,
  topics: readonly string[],
  name: string,
  value: number,
): Promise<void> {
  // With a broker gone the client may ask that one, and gives up.
  await untilDone('topics are configured', () =>
    withAdmin(shop, (admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: topics.map((topic) => ({
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: topic,
          configEntries: [{ name, value: String(value) }],
        })),
      }),
    ),
  );
}
