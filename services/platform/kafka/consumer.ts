import type { KafkaSettings } from './client.ts';
import type { LogBounds } from './offsets.ts';
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

/** Records before a position are gone from the topic, or it is another topic by now: trying again cannot help. */
export class PositionLostError extends Error {
  override readonly name = 'PositionLostError';
}

/**
 * Why reading cannot go on at a position: its records left the topic's retention, or the topic was made anew.
 *
 * @param bounds of the partition, read after the position.
 * @returns undefined where it can.
 */
export function lostPositionOf(
  topic: string,
  partition: number,
  position: bigint,
  { lowOffset, endOffset }: LogBounds,
): PositionLostError | undefined {
  const next = `${topic}/${partition}: offset ${position} is next`;
  if (position < lowOffset) return new PositionLostError(`${next}, but the topic begins at ${lowOffset}`);
  if (position > endOffset) return new PositionLostError(`${next}, but the topic ends before it`);
  return undefined;
}

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
  const { positions, sessionTimeoutMs = 30_000 } = settings;
  const soughtTo = new Map<number, bigint>();
  /** Positions being written that no batch brought. */
  const passing = new Map<number, Promise<void>>();

  async function onBatch(batch: FetchedBatch): Promise<NextRead> {
    const { partition, heartbeat, nextOffset } = batch;
    await passing.get(partition);
    const position = await positions?.read(partition);
    const [first, last] = [batch.records[0]?.offset ?? 0n, batch.records.at(-1)?.offset ?? 0n];
    if (position !== undefined) {
      const lost = lostPositionOf(settings.topic, partition, position, { lowOffset: 0n, endOffset: batch.endOffset });
      if (lost !== undefined) throw lost;
      if (last < position) return { type: 'seek', offset: position };
      if (first > position && soughtTo.get(partition) !== position) {
        await refuseWhereLost(partition, position);
        soughtTo.set(partition, position);
        return { type: 'seek', offset: position };
      }
    }
    const records = batch.records.filter(({ offset }) => offset >= (position ?? 0n));
    await settings.handleBatch({ partition, records, heartbeat });
    await positions?.write(partition, nextOffset);
    return { type: 'continue-at', offset: nextOffset };
  }

  /** Without it a quiet topic of transactions would never be read to its end. */
  async function pass(partition: number, fromOffset: bigint, nextOffset: bigint): Promise<void> {
    const position = await positions?.read(partition);
    // Behind the fetch a seek is due; ahead of it there is nothing to write.
    if (position !== undefined && (position < fromOffset || position >= nextOffset)) return;
    await positions?.write(partition, nextOffset);
  }

  async function refuseWhereLost(partition: number, position: bigint): Promise<void> {
    const lowOffset = (await positions?.lowOffsetOf(partition)) ?? 0n;
    const lost = lostPositionOf(settings.topic, partition, position, { lowOffset, endOffset: position });
    if (lost !== undefined) throw lost;
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
      onPassed: (partition, fromOffset, nextOffset) => {
        // What cannot be written now is passed again, or told by the next batch.
        const passed = pass(partition, fromOffset, nextOffset).catch(() => undefined);
        passing.set(partition, passed);
      },
      onFailing: (partition, error, failure) => settings.onFailing?.(partition, error, failure),
      onRecovered: (partition) => settings.onRecovered?.(partition),
      onState: (state, detail) => {
        settings.onStateChange(state, detail);
      },
    },
  );
}
