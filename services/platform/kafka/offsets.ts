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
    close: () => admin.disconnect(),
  };
}
