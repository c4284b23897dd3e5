import { NO_RUBBISH, isTooMuchRubbish, rubbishAmongLast, withRubbish } from '../core/partition/rubbish-window.ts';
import type { RubbishWindow } from '../core/partition/rubbish-window.ts';
import type { RecordBatch } from '../platform/kafka/positioned-batches.ts';
import type { IncomingRecord } from '../platform/kafka/record.ts';
import { RubbishShareError } from '../platform/kafka/rubbish-share.ts';
import type { ParkRecord } from './park-record.ts';

/** What is known of a partition's records before an offset. */
export interface RubbishSoFar {
  readonly throughOffset: bigint;
  /** Records before it. */
  readonly records: number;
  readonly window: RubbishWindow;
}

/** Kept beside the positions, so that both are lost together or not at all. */
export interface RubbishStore {
  read(partition: number): Promise<RubbishSoFar | undefined>;
  write(partition: number, soFar: RubbishSoFar): Promise<void>;
}

export interface RubbishWatchDeps {
  readonly store: RubbishStore;
  /** Share of the last records that may be parked, 0–1. */
  readonly share: number;
  readonly park: ParkRecord;
  /** How many of a partition's last records are parked, told with each batch. */
  readonly onRubbish: (partition: number, rubbish: number) => void;
}

/** Reasons that a sound report may have, too: the desk was faster. */
const NO_FAULT: readonly string[] = ['order_closed', 'illegal_transition'];

type Handler = (batch: RecordBatch) => Promise<void>;

/**
 * Counts what a handler parks, and stops a partition of which too much is. A batch that comes again is counted once.
 *
 * @param handlerWith makes the handler; what is made of it throws a RubbishShareError where reading must stop.
 */
export function watchRubbish(deps: RubbishWatchDeps, handlerWith: (park: ParkRecord) => Handler): Handler {
  const { store, share, onRubbish } = deps;
  /** Of the batch in work, by partition. */
  const tallies = new Map<number, { readonly records: readonly IncomingRecord[]; soFar: RubbishSoFar }>();
  const handle = handlerWith(async (record, partition, reason, detail) => {
    const tally = tallies.get(partition);
    if (tally !== undefined && record.offset >= tally.soFar.throughOffset && !NO_FAULT.includes(reason)) {
      const before = upTo(record.offset, tally.records, tally.soFar);
      const window = withRubbish(before.window, before.records);
      const rubbish = rubbishAmongLast(window, before.records);
      if (isTooMuchRubbish(rubbish, share)) {
        await store.write(partition, before);
        onRubbish(partition, rubbish);
        throw new RubbishShareError(rubbish, { offset: record.offset, reason, detail });
      }
      tally.soFar = { ...before, window };
    }
    await deps.park(record, partition, reason, detail);
  });

  return async function handleWatched(batch) {
    const { partition, records } = batch;
    const last = records.at(-1);
    if (last === undefined) return;
    const soFar = (await store.read(partition)) ?? { throughOffset: 0n, records: 0, window: NO_RUBBISH };
    const tally = { records, soFar };
    tallies.set(partition, tally);
    await handle(batch);
    const after = upTo(last.offset + 1n, records, tally.soFar);
    await store.write(partition, after);
    onRubbish(partition, rubbishAmongLast(after.window, after.records));
  };
}

/** What is known once the records before an offset are counted. */
function upTo(offset: bigint, records: readonly IncomingRecord[], soFar: RubbishSoFar): RubbishSoFar {
  if (offset <= soFar.throughOffset) return soFar;
  const fresh = records.filter((record) => record.offset >= soFar.throughOffset && record.offset < offset).length;
  return { ...soFar, throughOffset: offset, records: soFar.records + fresh };
}
