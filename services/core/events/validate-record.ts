import type { Outcome } from '../outcome.ts';
import { accepted, refused } from '../outcome.ts';
import { fieldOutOfRange } from './field-ranges.ts';
import { isPartitionMark } from './subscriber-event.ts';
import type { EventBody, LogRecord, SubscriberEvent } from './subscriber-event.ts';
import { isBareNumber } from './raw-number.ts';

/** Why a record of the input log is parked. A closed list: it labels metrics and dead letters. */
export const PARK_REASONS = [
  'no_value',
  'too_large',
  'undecodable',
  'missing_field',
  'key_mismatch',
  'raw_number',
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
/** Ids and names travel on: into headers of what is published, and into keys. */
const MAX_ID_LENGTH = 200;
/** No event is near it; what is would fill states, and messages that a broker refuses. */
export const MAX_RECORD_BYTES = 65_536;
/** No operator's feed starts earlier. */
const EARLIEST_MS = Date.UTC(1990, 0, 1);

/** What can be known of a decoded record without any state. The detail names the field, never its content. */
export function validateRecord(record: LogRecord, origin: RecordOrigin): Outcome<LogRecord, ParkReason> {
  if (isPartitionMark(record)) return validateMark(record, origin);
  if (record.eventId === '') return refused('missing_field', 'event_id is empty');
  if (record.subscriberId === '') return refused('missing_field', 'subscriber_id is empty');
  if (record.feed === '') return refused('missing_field', 'feed is empty');
  const long = tooLongIdOf(record);
  if (long !== undefined) return long;
  if (record.subscriberId !== origin.key) return refused('key_mismatch', 'the key is not subscriber_id');
  const raw = rawNumberOf(record);
  if (raw !== undefined) return refused('raw_number', `${raw} is no pseudonym but a number in clear`);
  const time = validateTime('occurred_at_ms', record.occurredAtMs, origin);
  if (time !== undefined) return time;
  const field = fieldOutOfRange(record.body);
  if (field !== undefined) return refused('value_out_of_range', `${record.body.type}.${field} is out of range`);
  return accepted(record);
}

function validateMark(record: LogRecord, origin: RecordOrigin): Outcome<LogRecord, ParkReason> {
  const { body } = record;
  const long = tooLongIdOf(record) ?? tooLong('feed_progress.feed', body.type === 'feed_progress' ? body.feed : '');
  if (long !== undefined) return long;
  if (body.type === 'feed_progress') {
    if (body.feed === '') return refused('missing_field', 'feed_progress.feed is empty');
    const time = validateTime('complete_through_ms', body.completeThroughMs, origin);
    if (time !== undefined) return time;
  }
  if (record.subscriberId !== '') return refused('key_mismatch', 'a mark carries a subscriber_id');
  return accepted(record);
}

/** Numbers in clear have no business behind intake: nothing of such a record may travel on. */
function rawNumberOf({ subscriberId, body }: SubscriberEvent): string | undefined {
  return isBareNumber(subscriberId) ? 'subscriber_id' : rawPartyOf(body);
}

function rawPartyOf(body: EventBody): string | undefined {
  if (body.type !== 'call' && body.type !== 'message') return undefined;
  if (body.otherParty !== undefined && isBareNumber(body.otherParty.partyId)) return 'other_party.party_id';
  const forwardedTo = body.type === 'call' ? body.forwardedTo : undefined;
  return forwardedTo !== undefined && isBareNumber(forwardedTo.partyId) ? 'forwarded_to.party_id' : undefined;
}

function tooLongIdOf({ eventId, subscriberId, feed }: LogRecord): Outcome<never, 'value_out_of_range'> | undefined {
  return tooLong('event_id', eventId) ?? tooLong('subscriber_id', subscriberId) ?? tooLong('feed', feed);
}

function tooLong(field: string, text: string): Outcome<never, 'value_out_of_range'> | undefined {
  if (text.length <= MAX_ID_LENGTH) return undefined;
  return refused('value_out_of_range', `${field} is longer than ${MAX_ID_LENGTH} characters`);
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
