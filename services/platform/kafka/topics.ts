import { createKafka } from './client.ts';
import type { KafkaSettings } from './client.ts';

export interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
  readonly config?: Readonly<Record<string, string>>;
}

/**
 * Creates the topics that are missing.
 *
 * @throws if one exists with another number of partitions than stated.
 */
export async function ensureTopics(
  settings: KafkaSettings,
  specs: readonly TopicSpec[],
  replicationFactor = -1,
): Promise<void> {
  const admin = createKafka(settings).admin();
  await admin.connect();
  try {
    await admin.createTopics({
      waitForLeaders: true,
      topics: specs.map(({ topic, partitions, config }) => ({
        topic,
        numPartitions: partitions,
        replicationFactor,
        configEntries: Object.entries(config ?? {}).map(([name, value]) => ({ name, value })),
      })),
    });
    const { topics } = await admin.fetchTopicMetadata({ topics: specs.map(({ topic }) => topic) });
    for (const { topic, partitions } of specs) {
      const found = topics.find((candidate) => candidate.name === topic)?.partitions.length ?? 0;
      if (found !== partitions) throw new Error(`topic ${topic} has ${found} partitions, expected ${partitions}`);
    }
  } finally {
    await admin.disconnect();
  }
}

/** Number of partitions of a topic. @throws if it does not exist. */
export async function partitionCountOf(settings: KafkaSettings, topic: string): Promise<number> {
  const admin = createKafka(settings).admin();
  await admin.connect();
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const count = topics[0]?.partitions.length ?? 0;
    if (count === 0) throw new Error(`topic ${topic} does not exist`);
    return count;
  } finally {
    await admin.disconnect();
  }
}
