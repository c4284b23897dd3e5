import type { KafkaSettings } from './client.ts';
import { startPartitionConsumer } from './partition-consumer.ts';
import type { ConsumerState, PartitionConsumer } from './partition-consumer.ts';
import type { Failure, FailurePolicy } from './partition-failures.ts';
import { createPositionedBatches } from './positioned-batches.ts';
import type { PositionStore, RecordBatch } from './positioned-batches.ts';

export interface ConsumerSettings extends KafkaSettings {
  readonly groupId: string;
  readonly topic: string;
  /** Without one, Kafka's committed offset decides where to go on. */
  readonly positions?: PositionStore;
  /**
   * Called with the records of one partition in order; a throw means that they come again, after a pause. What fails
   * before, such as a PositionLostError, is told by `onFailing`, too.
   */
  handleBatch(batch: RecordBatch): Promise<void>;
  /** 30 s unless told. */
  readonly sessionTimeoutMs?: number;
  readonly failures?: FailurePolicy;
  onFailing?(partition: number, error: unknown, failure: Failure): void;
  onRecovered?(partition: number): void;
  onAssigned?(partitions: readonly number[]): void;
  onStateChange(state: ConsumerState, detail: string): void;
}

/** At-least-once consumer: a position is written after `handleBatch` resolved for everything before it. */
export function runConsumer(settings: ConsumerSettings): PartitionConsumer {
  const { sessionTimeoutMs = 30_000 } = settings;
  const batches = createPositionedBatches({
    topic: settings.topic,
    positions: settings.positions,
    handleBatch: (batch) => settings.handleBatch(batch),
  });
  return startPartitionConsumer(
    {
      ...settings,
      sessionTimeoutMs,
      // Members hear of a rebalance at their next heartbeat, and all of them wait for the last one.
      heartbeatIntervalMs: Math.min(1_000, Math.floor(sessionTimeoutMs / 10)),
      maxBytesPerPartition: 1_048_576,
      partitionsAtOnce: 1,
      commitIntervalMs: 0,
    },
    {
      ...batches,
      onAssigned: (partitions) => {
        settings.onAssigned?.(partitions);
      },
      onFailing: (partition, error, failure) => settings.onFailing?.(partition, error, failure),
      onRecovered: (partition) => settings.onRecovered?.(partition),
      onState: (state, detail) => {
        settings.onStateChange(state, detail);
      },
    },
  );
}
