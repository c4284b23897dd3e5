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
  close(): Promise<void>;
}

export async function openOffsetReader(settings: KafkaSettings): Promise<OffsetReader> {
  const admin: Admin = createKafka(settings).admin();
  await admin.connect();
  return {
    async boundsOf(topic, partition) {
      const found = (await admin.fetchTopicOffsets(topic)).find((entry) => entry.partition === partition);
      if (found === undefined) throw new Error(`topic ${topic} has no partition ${partition}`);
      return { lowOffset: BigInt(found.low), endOffset: BigInt(found.high) };
    },
    close: () => admin.disconnect(),
  };
}
