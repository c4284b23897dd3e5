import type { Outcome } from '../outcome.ts';
import { accepted, refused } from '../outcome.ts';
import { fieldOutOfRange } from './field-ranges.ts';
import { isPartitionMark } from './subscriber-event.ts';
import type { LogRecord } from './subscriber-event.ts';

/** Why a record of the input log is parked. A closed list: it labels metrics and dead letters. */
export const PARK_REASONS = [
  'no_value',
  'undecodable',
  'missing_field',
  'key_mismatch',
  'wrong_partition',
  'value_out_of_range',
  'time_out_of_range',
  'from_the_future',
  'late',
] as const;
export type ParkReason = (typeof PARK_REASONS)[number];

/** Where and when the log took the record. */
export interface RecordOrigin {
  readonly key: string | null;
  /** Kafka's time stamp: the one clock that is itself part of the log. */
  readonly timestampMs: number;
}

/** How far an event may lie ahead of the log's own time stamp: clocks of switches differ. */
export const FUTURE_TOLERANCE_MS = 3_600_000;
/** No operator's feed starts earlier. */
const EARLIEST_MS = Date.UTC(1990, 0, 1);

/** What can be known of a decoded record without any state. The detail names the field, never its content. */
export function validateRecord(record: LogRecord, origin: RecordOrigin): Outcome<LogRecord, ParkReason> {
  if (isPartitionMark(record)) return validateMark(record, origin);
  if (record.eventId === '') return refused('missing_field', 'event_id is empty');
  if (record.subscriberId === '') return refused('missing_field', 'subscriber_id is empty');
  if (record.feed === '') return refused('missing_field', 'feed is empty');
  if (record.subscriberId !== origin.key) return refused('key_mismatch', 'the key is not subscriber_id');
  const time = validateTime('occurred_at_ms', record.occurredAtMs, origin);
  if (time !== undefined) return time;
  const field = fieldOutOfRange(record.body);
  if (field !== undefined) return refused('value_out_of_range', `${record.body.type}.${field} is out of range`);
  return accepted(record);
}

function validateMark(record: LogRecord, origin: RecordOrigin): Outcome<LogRecord, ParkReason> {
  const { body } = record;
  if (body.type === 'feed_progress') {
    if (body.feed === '') return refused('missing_field', 'feed_progress.feed is empty');
    const time = validateTime('complete_through_ms', body.completeThroughMs, origin);
    if (time !== undefined) return time;
  }
  if (record.subscriberId !== '') return refused('key_mismatch', 'a mark carries a subscriber_id');
  return accepted(record);
}

function validateTime(
  field: string,
  instantMs: number,
  origin: RecordOrigin,
): Outcome<never, 'time_out_of_range' | 'from_the_future'> | undefined {
  if (instantMs < EARLIEST_MS) return refused('time_out_of_range', `${field} is before 1990`);
  if (instantMs > origin.timestampMs + FUTURE_TOLERANCE_MS) {
    return refused('from_the_future', `${field} is more than an hour after the log's time stamp`);
  }
  return undefined;
}
