import type { Admin } from 'kafkajs';
import { createKafka } from './client.ts';
import type { KafkaSettings } from './client.ts';

export interface LogBounds {
  /** Oldest offset that Kafka still holds. */
  readonly lowOffset: bigint;
  /** Offset after the newest record. */
  readonly endOffset: bigint;
}

export interface OffsetReader {
  boundsOf(topic: string, partition: number): Promise<LogBounds>;
  /** Of every partition of a topic. */
  allBoundsOf(topic: string): Promise<Map<number, LogBounds>>;
  /** As the brokers say now, and not as the client remembers. */
  partitionCountOf(topic: string): Promise<number>;
  /**
   * By partition, the offset of the first record with a time stamp of `sinceMs` or later; where there is none, an offset
   * up to which there is none, which is the partition's end.
   */
  firstOffsetsSince(topic: string, sinceMs: number): Promise<bigint[]>;
  close(): Promise<void>;
}

export async function openOffsetReader(settings: KafkaSettings): Promise<OffsetReader> {
  const admin: Admin = createKafka(settings).admin();
  await admin.connect();
  async function allBoundsOf(topic: string): Promise<Map<number, LogBounds>> {
    const found = await admin.fetchTopicOffsets(topic);
    return new Map(
      found.map(({ partition, low, high }) => [partition, { lowOffset: BigInt(low), endOffset: BigInt(high) }]),
    );
  }
  return {
    async boundsOf(topic, partition) {
      const bounds = (await allBoundsOf(topic)).get(partition);
      if (bounds === undefined) throw new Error(`topic ${topic} has no partition ${partition}`);
      return bounds;
    },
    allBoundsOf,
    async partitionCountOf(topic) {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics.find(({ name }) => name === topic)?.partitions.length ?? 0;
    },
    async firstOffsetsSince(topic, sinceMs) {
      // The client asks for the ends before it asks for the records.
      const found = await admin.fetchTopicOffsetsByTimestamp(topic, sinceMs);
      return found.toSorted((a, b) => a.partition - b.partition).map(({ offset }) => BigInt(offset));
    },
    close: () => admin.disconnect(),
  };
}
