import type { KafkaSettings } from './client.ts';
import { startPartitionConsumer } from './partition-consumer.ts';
import type { ConsumerState, FetchedBatch, NextRead, PartitionConsumer } from './partition-consumer.ts';
import type { Failure, FailurePolicy } from './partition-failures.ts';
import type { IncomingRecord } from './record.ts';

export interface RecordBatch {
  readonly partition: number;
  readonly records: readonly IncomingRecord[];
  /** To be called now and then by what takes long; throws where this member has lost the partition. */
  readonly heartbeat: () => Promise<void>;
}

/** Positions that live beside what the handler writes, so that both are lost together or not at all. */
export interface PositionStore {
  read(partition: number): Promise<bigint | undefined>;
  write(partition: number, nextOffset: bigint): Promise<void>;
  /** Oldest offset that Kafka still holds. */
  lowOffsetOf(partition: number): Promise<bigint>;
}

export interface ConsumerSettings extends KafkaSettings {
  readonly groupId: string;
  readonly topic: string;
  /** Without one, Kafka's committed offset decides where to go on. */
  readonly positions?: PositionStore;
  /** Called with the records of one partition in order; a throw means that they come again, after a pause. */
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
  const { positions, sessionTimeoutMs = 30_000 } = settings;
  const soughtTo = new Map<number, bigint>();

  async function onBatch(batch: FetchedBatch): Promise<NextRead> {
    const { partition, heartbeat } = batch;
    const position = await positions?.read(partition);
    const [first, last] = [batch.records[0]?.offset ?? 0n, batch.records.at(-1)?.offset ?? 0n];
    if (position !== undefined) {
      if (batch.endOffset < position) {
        throw new Error(`${settings.topic}/${partition}: offset ${position} is next, but the topic ends before it`);
      }
      if (last < position) return { type: 'seek', offset: position };
      if (first > position && soughtTo.get(partition) !== position) {
        await refuseWhereLost(partition, position);
        soughtTo.set(partition, position);
        return { type: 'seek', offset: position };
      }
    }
    const records = batch.records.filter(({ offset }) => offset >= (position ?? 0n));
    await settings.handleBatch({ partition, records, heartbeat });
    await positions?.write(partition, last + 1n);
    return { type: 'continue-at', offset: last + 1n };
  }

  async function refuseWhereLost(partition: number, position: bigint): Promise<void> {
    const low = (await positions?.lowOffsetOf(partition)) ?? 0n;
    if (low <= position) return;
    throw new Error(`${settings.topic}/${partition}: offset ${position} is next, but the topic begins at ${low}`);
  }

  return startPartitionConsumer(
    {
      ...settings,
      sessionTimeoutMs,
      heartbeatIntervalMs: Math.min(3_000, Math.floor(sessionTimeoutMs / 10)),
      maxBytesPerPartition: 1_048_576,
      partitionsAtOnce: 1,
      commitIntervalMs: 0,
    },
    {
      onAssigned: (partitions) => {
        soughtTo.clear();
        settings.onAssigned?.(partitions);
      },
      positionOf: async (partition) => positions?.read(partition),
      onBatch,
      onFailing: (partition, error, failure) => settings.onFailing?.(partition, error, failure),
      onRecovered: (partition) => settings.onRecovered?.(partition),
      onState: (state, detail) => {
        settings.onStateChange(state, detail);
      },
    },
  );
}
