import type { LogRecord, PartitionMark } from '../core/events/subscriber-event.ts';
import { validateRecord } from '../core/events/validate-record.ts';
import type { MapRow } from './mapping/map-row.ts';
import type { RowReject } from './mapping/reject.ts';
import { keyOfMark, toValidMark } from './progress/progress-mark.ts';
import type { ProgressTracker } from './progress/progress-tracker.ts';
import type { Reject } from './rejects/reject.ts';
import { addTo } from './row-batch.ts';
import type { RowBatch } from './row-batch.ts';
import type { ReadRow } from './sources/read-row.ts';

/** A broker takes 1 MiB for all that a request brings to a partition. */
const MAX_RECORD_BYTES = 262_144;

/** Of a reject's line, what is not said by the row: names, place, class and reason, roughly. */
const REJECT_BYTES = 160;

export interface RowTaker {
  /** Adds what a row becomes to a batch; false where it was rejected. */
  take(batch: RowBatch, read: ReadRow, map: MapRow, place: Reject['place']): boolean;
  /** Adds a mark of the feed's progress, for every partition. */
  mark(batch: RowBatch, completeThroughMs: number | undefined): void;
}

export interface RowTakerOptions {
  readonly feed: string;
  /** Name of the file, or topic/partition; for rejects. */
  readonly source: string;
  /** Input topic. */
  readonly topic: string;
  readonly partitions: number;
  readonly encode: (record: LogRecord) => Uint8Array;
  readonly now: () => number;
  /** Told of every event; the mark that is due goes right behind it. */
  readonly tracker: Pick<ProgressTracker, 'observe'>;
  /** Marks of progress among the rows are written; elsewhere they are skipped. */
  readonly statesProgress: boolean;
}

/**
 * Rows to records of the input log: mapped, validated as scorers will, encoded, keyed by subscriber. A mark stands in
 * each partition right behind the rows that it speaks of; a broker keeps that order, whether a batch is sent once or
 * again.
 */
export function createRowTaker(options: RowTakerOptions): RowTaker {
  const { feed, source, topic, partitions, encode, now, tracker, statesProgress } = options;

  function addMark(batch: RowBatch, record: PartitionMark): void {
    const value = encode(record);
    const key = keyOfMark(record);
    for (let partition = 0; partition < partitions; partition++) batch.records.push({ topic, partition, key, value });
    batch.bytes += partitions * (key.length + value.length);
    if (record.body.type === 'feed_progress') batch.markMs = Math.max(batch.markMs ?? 0, record.body.completeThroughMs);
  }

  function mark(batch: RowBatch, completeThroughMs: number | undefined): void {
    if (completeThroughMs === undefined) return;
    const record = toValidMark(feed, completeThroughMs, now());
    if (record !== undefined) addMark(batch, record);
  }

  function reject(batch: RowBatch, place: Reject['place'], row: Reject['row']): false {
    const { field, valueClass, reason, expected } = row;
    batch.rejects.push({ feed, source, place, row: { field, valueClass, reason, expected } });
    batch.bytes += REJECT_BYTES + source.length + field.length + expected.length;
    addTo(batch.rejectedBy, reason);
    return false;
  }

  function encoded(record: LogRecord): Uint8Array | undefined {
    try {
      return encode(record);
    } catch (error) {
      // The writer's message repeats the value, which may be a number: the field alone must do.
      if (error instanceof TypeError || error instanceof RangeError) return undefined;
      throw error;
    }
  }

  return {
    mark,
    take(batch, read, map, place) {
      batch.rows += 1;
      if (!read.ok) return reject(batch, place, { ...UNREADABLE, reason: read.reason });
      const mapped = map(read.row);
      switch (mapped.kind) {
        case 'event': {
          const { record } = mapped;
          const valid = validateRecord(record, { key: record.subscriberId, timestampMs: now() });
          if (!valid.ok) return reject(batch, place, ofContract(valid.reason, valid.detail));
          const value = encoded(record);
          if (value === undefined) return reject(batch, place, ofContract('undecodable', 'a value of the contract'));
          if (value.length > MAX_RECORD_BYTES) return reject(batch, place, TOO_LONG);
          batch.records.push({ topic, key: record.subscriberId, value });
          batch.bytes += record.subscriberId.length + value.length;
          batch.sent += 1;
          mark(batch, tracker.observe(record.occurredAtMs));
          return true;
        }
        case 'mark': {
          const { record } = mapped;
          const valid = validateRecord(record, { key: null, timestampMs: now() });
          if (!valid.ok) return reject(batch, place, ofContract(valid.reason, valid.detail));
          if (record.body.type === 'feed_progress' && !statesProgress) {
            addTo(batch.skippedBy, 'progress_not_stated');
            return true;
          }
          addMark(batch, record);
          batch.marks += 1;
          return true;
        }
        case 'skipped':
          addTo(batch.skippedBy, mapped.reason);
          return true;
        case 'rejected':
          return reject(batch, place, mapped);
      }
    },
  };
}

const UNREADABLE = { field: '', valueClass: 'row', expected: 'a row of the format that the mapping states' };
const TOO_LONG = {
  field: '',
  valueClass: 'row',
  reason: 'row_too_long',
  expected: `a record of at most ${MAX_RECORD_BYTES} bytes`,
} as const;

/** The contract's own words name the field and never its content. */
function ofContract(reason: RowReject['reason'], detail: string): Reject['row'] {
  return { field: detail.split(' ', 1)[0] ?? '', valueClass: 'value', reason, expected: `not so: ${detail}` };
}
