import type { LogBounds } from './offsets.ts';
import type { FetchedBatch, NextRead, PartitionHandlers } from './partition-consumer.ts';
import type { IncomingRecord } from './record.ts';
import { RubbishShareError } from './rubbish-share.ts';

export interface RecordBatch {
  readonly partition: number;
  readonly records: readonly IncomingRecord[];
  /** To be called now and then by what takes long; throws where this member has lost the partition. */
  readonly heartbeat: () => Promise<void>;
}

export interface StoredPosition {
  /** Undefined where none is kept. */
  readonly nextOffset: bigint | undefined;
  /** Names the server's time since its start. In the next one, what it was given last may be missing. */
  readonly serverLife: string;
}

/** Positions that live beside what the handler writes, so that both are lost together or not at all. */
export interface PositionStore {
  read(partition: number): Promise<StoredPosition>;
  /**
   * Writes a position, unless the server's life is over in which the work for it began: some of the work may be lost.
   *
   * @returns whether it is written.
   */
  write(partition: number, nextOffset: bigint, serverLife: string): Promise<boolean>;
  /** What Kafka holds now. */
  boundsOf(partition: number): Promise<LogBounds>;
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
  async function readPosition(
    partition: number,
    store: PositionStore,
  ): Promise<{ readonly nextOffset: bigint; readonly serverLife: string }> {
    const { nextOffset, serverLife } = await store.read(partition);
    return { nextOffset: nextOffset ?? (await store.boundsOf(partition)).lowOffset, serverLife };
  }

  async function onBatch(batch: FetchedBatch): Promise<NextRead> {
    const { partition, heartbeat, fetchedFrom, nextOffset } = batch;
    if (positions === undefined) {
      await deps.handleBatch({ partition, records: batch.records, heartbeat });
      return { type: 'continue-at', offset: nextOffset };
    }
    await passing.get(partition);
    const { nextOffset: position, serverLife } = await readPosition(partition, positions);
    // The end that a batch tells of may be older than the position: another may have read on while the batch waited here.
    if (position > batch.endOffset) await refuseWhereLost(partition, position, positions);
    if ((batch.records.at(-1)?.offset ?? 0n) < position) return { type: 'seek', offset: position };
    // What was asked for from there on tells of holes before its first record; what was asked for beyond, of nothing.
    if (fetchedFrom > position) {
      await refuseWhereLost(partition, position, positions);
      return { type: 'seek', offset: position };
    }
    const records = batch.records.filter(({ offset }) => offset >= position);
    try {
      await deps.handleBatch({ partition, records, heartbeat });
    } catch (error) {
      // Whoever comes next begins with the record that is too much.
      if (error instanceof RubbishShareError) await positions.write(partition, error.offset, serverLife);
      throw error;
    }
    // The server may have come up without the first of what the batch made, while the batch waited for something else.
    if (!(await positions.write(partition, nextOffset, serverLife))) return { type: 'seek', offset: position };
    return { type: 'continue-at', offset: nextOffset };
  }

  /** Without it a quiet topic of transactions would never be read to its end. */
  async function pass(partition: number, fromOffset: bigint, nextOffset: bigint): Promise<void> {
    if (positions === undefined) return;
    const { nextOffset: position, serverLife } = await readPosition(partition, positions);
    // Behind the fetch a seek is due; ahead of it there is nothing to write.
    if (position < fromOffset || position >= nextOffset) return;
    await positions.write(partition, nextOffset, serverLife);
  }

  async function refuseWhereLost(partition: number, position: bigint, store: PositionStore): Promise<void> {
    const lost = lostPositionOf(topic, partition, position, await store.boundsOf(partition));
    if (lost !== undefined) throw lost;
  }

  return {
    positionOf: async (partition) => positions && (await readPosition(partition, positions)).nextOffset,
    onBatch,
    onPassed(partition, fromOffset, nextOffset) {
      // What cannot be written now is passed again, or told by the next batch.
      const passed = pass(partition, fromOffset, nextOffset).catch(() => undefined);
      passing.set(partition, passed);
    },
  };
}
