import type { OutgoingRecord } from '../platform/kafka/record.ts';
import type { Reject } from './rejects/reject.ts';

/** What some rows of a feed became, in their order, on its way to the broker. */
export interface RowBatch {
  readonly records: OutgoingRecord[];
  readonly rejects: Reject[];
  /** Rows taken, whatever became of them. */
  rows: number;
  /** Keys and values of the records, and the lines of the rejects in round figures. */
  bytes: number;
  /** Events among the records. */
  sent: number;
  /** Rows that were marks, each counted once however many partitions it goes to. */
  marks: number;
  /** Complete-through of the last mark among the records. */
  markMs: number | undefined;
  readonly skippedBy: Map<string, number>;
  readonly rejectedBy: Map<string, number>;
}

export function emptyBatch(): RowBatch {
  return {
    records: [],
    rejects: [],
    rows: 0,
    bytes: 0,
    sent: 0,
    marks: 0,
    markMs: undefined,
    skippedBy: new Map(),
    rejectedBy: new Map(),
  };
}

export function countOf(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

export function addTo(counts: Map<string, number>, name: string, count = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}
