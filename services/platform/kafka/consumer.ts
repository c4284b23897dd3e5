import type { KafkaSettings } from './client.ts';
import { startPartitionConsumer } from './partition-consumer.ts';
import type { PartitionConsumer } from './partition-consumer.ts';
import type { IncomingRecord } from './record.ts';

export interface ConsumerSettings extends KafkaSettings {
  readonly groupId: string;
  readonly topic: string;
  /** Called with the records of one partition in order; a throw means that they come again. */
  handleBatch(batch: { readonly partition: number; readonly records: readonly IncomingRecord[] }): Promise<void>;
  onStateChange(state: 'joined' | 'left' | 'crashed', detail: string): void;
}

/** At-least-once consumer: a position is committed to Kafka after `handleBatch` resolved for everything before it. */
export function runConsumer(settings: ConsumerSettings): PartitionConsumer {
  return startPartitionConsumer(
    {
      ...settings,
      sessionTimeoutMs: 30_000,
      heartbeatIntervalMs: 3_000,
      maxBytesPerPartition: 1_048_576,
      partitionsAtOnce: 1,
      commitIntervalMs: 0,
    },
    {
      onAssigned: () => undefined,
      async onBatch({ partition, records }) {
        await settings.handleBatch({ partition, records });
        const last = records.at(-1);
        return { type: 'continue-at', offset: last === undefined ? 0n : last.offset + 1n };
      },
      onState: (state, detail) => {
        settings.onStateChange(state, detail);
      },
    },
  );
}
