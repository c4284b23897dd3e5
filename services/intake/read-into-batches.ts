import { setImmediate } from 'node:timers/promises';
import type { CompiledMapping, MapRow } from './mapping/map-row.ts';
import type { RejectShare } from './rejects/reject-share.ts';
import type { Reject } from './rejects/reject.ts';
import { emptyBatch } from './row-batch.ts';
import type { RowBatch } from './row-batch.ts';
import type { ReadRow } from './sources/read-row.ts';
import type { RowTaker } from './take-row.ts';

/** Most rows of a batch. A smaller one costs more round trips, a larger one more memory and repetition. */
export const BATCH_ROWS = 4_000;
/** Marks go to every partition: a feed of few rows must not make giant batches of them. */
const BATCH_RECORDS = 8_000;
/** Rows of some kilobytes each must not make giant ones either: two batches are held at a time, for each feed. */
export const BATCH_BYTES = 8_000_000;
/** Renewals, metrics and stop signals wait no longer than this for rows that are being mapped. */
const SLICE_MS = 20;
/** Rows wait no longer than this for others to go with. */
const LINGER_MS = 250;

export type ReadEnd =
  /** All rows are taken; the last ones are in `rest`. */
  | { readonly kind: 'end'; readonly rest: RowBatch }
  /** What was taken before is in `rest`. */
  | { readonly kind: 'stopped'; readonly why: string; readonly rest: RowBatch }
  | { readonly kind: 'aborted' };

export interface ReadOptions {
  readonly rows: AsyncIterator<readonly ReadRow[]>;
  readonly mapping: CompiledMapping;
  readonly taker: RowTaker;
  readonly share: RejectShare;
  /** Rows at the beginning that were done before. */
  readonly skipRows: number;
  readonly batchRows: number;
  readonly signal: AbortSignal;
  /** Resolves when the next batch may be made. */
  readonly onBatch: (batch: RowBatch) => Promise<void>;
}

/** Maps the rows of one source in their order into batches. The event loop stays free meanwhile. */
export async function readIntoBatches(options: ReadOptions): Promise<ReadEnd> {
  const { rows, mapping, taker, share, skipRows, batchRows, signal, onBatch } = options;
  const needsHeader = mapping.rows.format === 'csv' && mapping.rows.columns === undefined;
  let map: MapRow | undefined;
  let batch = emptyBatch();
  let taken = 0;
  let sliceEndsAt = performance.now() + SLICE_MS;
  const isAborted = (): boolean => signal.aborted;

  function bind(columns: readonly string[]): string | undefined {
    const bound = mapping.bindHeader(columns);
    if (!bound.ok) return `the columns do not fit the mapping: ${bound.mistakes.join('; ')}`;
    map = bound.value;
    return undefined;
  }

  async function passOn(): Promise<void> {
    const full = batch;
    batch = emptyBatch();
    await onBatch(full);
    sliceEndsAt = performance.now() + SLICE_MS;
  }

  if (!needsHeader) {
    const why = bind(mapping.rows.format === 'csv' ? (mapping.rows.columns ?? []) : []);
    if (why !== undefined) return { kind: 'stopped', why, rest: batch };
  }
  for (;;) {
    const next = rows.next();
    if (batch.rows > 0 && !(await settlesWithin(next, LINGER_MS))) await passOn();
    const read = await next;
    if (isAborted()) return { kind: 'aborted' };
    if (read.done === true) return { kind: 'end', rest: batch };
    for (const row of read.value) {
      if (map === undefined) {
        const why =
          row.ok && isCells(row.row) ? bind(row.row) : 'the line with the names of the columns cannot be read';
        if (why !== undefined) return { kind: 'stopped', why, rest: batch };
        continue;
      }
      taken += 1;
      if (taken <= skipRows) continue;
      const isTaken = taker.take(batch, row, map, { line: row.line });
      if (share.count(!isTaken))
        return { kind: 'stopped', why: tooManyRejects(share, batch.rejects.at(-1)), rest: batch };
      if (isFull(batch, batchRows)) await passOn();
      if ((taken & 63) === 0 && performance.now() > sliceEndsAt) {
        await setImmediate();
        sliceEndsAt = performance.now() + SLICE_MS;
      }
      if (isAborted()) return { kind: 'aborted' };
    }
  }
}

function isFull({ rows, records, bytes }: RowBatch, batchRows: number): boolean {
  return rows >= batchRows || records.length >= BATCH_RECORDS || bytes >= BATCH_BYTES;
}

/** Why a feed stops, for the person who has to mend it. */
export function tooManyRejects(share: RejectShare, last: Reject | undefined): string {
  const percent = (share.share() * 100).toFixed(1);
  const example =
    last === undefined
      ? ''
      : `; the last one: ${last.row.reason} in ${last.row.field || 'the row'}, found ${last.row.valueClass}`;
  return `${percent} % of the rows are rejected, more than rejects.maxShare allows${example}`;
}

async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  // What is at hand settles within a turn of the loop: no timer for that.
  if (await Promise.race([settled, setImmediate(false)])) return true;
  const { promise: timeUp, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, ms, false);
  const isSettled = await Promise.race([settled, timeUp]);
  clearTimeout(timer);
  return isSettled;
}

function isCells(row: unknown): row is readonly string[] {
  return Array.isArray(row) && row.every((cell) => typeof cell === 'string');
}
