import type { LogBounds } from './offsets.ts';
import type { FetchedBatch, NextRead, PartitionHandlers } from './partition-consumer.ts';
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

export interface PositionedBatchesDeps {
  readonly topic: string;
  /** Without one, the log's own position decides where to go on. */
  readonly positions?: PositionStore | undefined;
  /** Called with the records of one partition in order; a throw means that they come again. */
  handleBatch(batch: RecordBatch): Promise<void>;
}

/**
 * What a consumer does with fetches so that each record is handled at least once: a position is written after
 * `handleBatch` resolved for everything before it, and a fetch from elsewhere is answered with a seek to the position.
 */
export function createPositionedBatches(
  deps: PositionedBatchesDeps,
): Required<Pick<PartitionHandlers, 'positionOf' | 'onBatch' | 'onPassed'>> {
  const { topic, positions } = deps;
  /** Positions being written that no batch brought. */
  const passing = new Map<number, Promise<void>>();

  /** Where none is kept, nothing was handled, or Redis lost all it had: the log is read from its beginning. */
  async function positionOf(partition: number): Promise<bigint | undefined> {
    return positions && ((await positions.read(partition)) ?? (await positions.lowOffsetOf(partition)));
  }

  async function onBatch(batch: FetchedBatch): Promise<NextRead> {
    const { partition, heartbeat, fetchedFrom, nextOffset } = batch;
    await passing.get(partition);
    const position = await positionOf(partition);
    if (position !== undefined) {
      const lost = lostPositionOf(topic, partition, position, { lowOffset: 0n, endOffset: batch.endOffset });
      if (lost !== undefined) throw lost;
      if ((batch.records.at(-1)?.offset ?? 0n) < position) return { type: 'seek', offset: position };
      // What was asked for from there on tells of holes before its first record; what was asked for beyond, of nothing.
      if (fetchedFrom > position) {
        await refuseWhereLost(partition, position);
        return { type: 'seek', offset: position };
      }
    }
    const records = batch.records.filter(({ offset }) => offset >= (position ?? 0n));
    await deps.handleBatch({ partition, records, heartbeat });
    await positions?.write(partition, nextOffset);
    return { type: 'continue-at', offset: nextOffset };
  }

  /** Without it a quiet topic of transactions would never be read to its end. */
  async function pass(partition: number, fromOffset: bigint, nextOffset: bigint): Promise<void> {
    const position = await positionOf(partition);
    // Behind the fetch a seek is due; ahead of it there is nothing to write.
    if (position !== undefined && (position < fromOffset || position >= nextOffset)) return;
    await positions?.write(partition, nextOffset);
  }

  async function refuseWhereLost(partition: number, position: bigint): Promise<void> {
    const lowOffset = (await positions?.lowOffsetOf(partition)) ?? 0n;
    const lost = lostPositionOf(topic, partition, position, { lowOffset, endOffset: position });
    if (lost !== undefined) throw lost;
  }

  return {
    positionOf,
    onBatch,
    onPassed(partition, fromOffset, nextOffset) {
      // What cannot be written now is passed again, or told by the next batch.
      const passed = pass(partition, fromOffset, nextOffset).catch(() => undefined);
      passing.set(partition, passed);
    },
  };
}
