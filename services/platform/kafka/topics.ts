import { setTimeout as delay } from 'node:timers/promises';
import { createKafka } from './client.ts';
import type { KafkaSettings } from './client.ts';

const USABLE_WITHIN_MS = 30_000;
/** What a broker says of a topic that it has not heard of yet, or of which it has not opened every partition yet. */
const NOT_YET: readonly unknown[] = ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION'];

export interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
  readonly config?: Readonly<Record<string, string>>;
}

/**
 * Creates the topics that are missing, and waits until every partition can be written to: a request that reaches some
 * partitions and not others is sent again as a whole.
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
      // kafkajs waits for leaders alone, and gives up where a broker has not heard of a new topic yet.
      waitForLeaders: false,
      topics: specs.map(({ topic, partitions, config }) => ({
        topic,
        numPartitions: partitions,
        replicationFactor,
        configEntries: Object.entries(config ?? {}).map(([name, value]) => ({ name, value })),
      })),
    });
    const names = specs.map(({ topic }) => topic);
    const deadlineMs = performance.now() + USABLE_WITHIN_MS;
    const { topics } = await onceUsable(() => admin.fetchTopicMetadata({ topics: names }), deadlineMs);
    for (const name of names) await onceUsable(() => admin.fetchTopicOffsets(name), deadlineMs);
    for (const { topic, partitions } of specs) {
      const found = topics.find((candidate) => candidate.name === topic)?.partitions.length ?? 0;
      if (found !== partitions) throw new Error(`topic ${topic} has ${found} partitions, expected ${partitions}`);
    }
  } finally {
    await admin.disconnect();
  }
}

async function onceUsable<T>(ask: () => Promise<T>, deadlineMs: number): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!NOT_YET.includes(typeOf(error)) || performance.now() > deadlineMs) throw error;
      await delay(100);
    }
  }
}

/** Number of partitions of a topic. @throws if it does not exist. */
export async function partitionCountOf(settings: KafkaSettings, topic: string): Promise<number> {
  const count = (await partitionCountsOf(settings, [topic])).get(topic) ?? 0;
  if (count === 0) throw new Error(`topic ${topic} does not exist`);
  return count;
}

/** Number of partitions of topics in the order given; 0 for one that does not exist. */
export async function partitionCountsOf(
  settings: KafkaSettings,
  topics: readonly string[],
): Promise<Map<string, number>> {
  const admin = createKafka(settings).admin();
  try {
    await admin.connect();
    const existing = new Set(await admin.listTopics());
    const { topics: found } = await admin.fetchTopicMetadata({ topics: topics.filter((topic) => existing.has(topic)) });
    const counts = new Map(found.map(({ name, partitions }) => [name, partitions.length]));
    return new Map(topics.map((topic) => [topic, counts.get(topic) ?? 0]));
  } finally {
    await admin.disconnect();
  }
}

function typeOf(error: unknown): unknown {
  return error instanceof Error && 'type' in error ? error.type : undefined;
}
