import type { Outcome } from '../outcome.ts';
import { accepted, refused } from '../outcome.ts';
import { isPartitionMark } from './subscriber-event.ts';
import type { EventBody, LogRecord } from './subscriber-event.ts';

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
const MAX_SECONDS = 31 * 86_400;
const MAX_MINOR = 1e12;
const MAX_BYTES = 1e15;
const MAX_COUNT = 1e6;

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

/** The first field that no real event could hold. */
function fieldOutOfRange(body: EventBody): string | undefined {
  switch (body.type) {
    case 'call':
      return firstOutside({
        duration_s: [body.durationS, 0, MAX_SECONDS],
        charge_minor: [body.chargeMinor, -MAX_MINOR, MAX_MINOR],
      });
    case 'message':
      return firstOutside({ charge_minor: [body.chargeMinor, -MAX_MINOR, MAX_MINOR] });
    case 'data_session':
      return firstOutside({
        duration_s: [body.durationS, 0, MAX_SECONDS],
        up_bytes: [body.upBytes, 0, MAX_BYTES],
        down_bytes: [body.downBytes, 0, MAX_BYTES],
        charge_minor: [body.chargeMinor, -MAX_MINOR, MAX_MINOR],
        out_of_bundle_charge_minor: [body.outOfBundleChargeMinor, -MAX_MINOR, MAX_MINOR],
      });
    case 'top_up':
      return firstOutside({
        amount_minor: [body.amountMinor, -MAX_MINOR, MAX_MINOR],
        balance_after_minor: [body.balanceAfterMinor ?? 0, -MAX_MINOR, MAX_MINOR],
      });
    case 'balance_snapshot':
      return firstOutside({ balance_minor: [body.balanceMinor, -MAX_MINOR, MAX_MINOR] });
    case 'bill':
      return firstOutside({
        month: [body.month, 199_001, 999_912],
        total_minor: [body.totalMinor, -MAX_MINOR, MAX_MINOR],
        out_of_bundle_data_minor: [body.outOfBundleDataMinor, -MAX_MINOR, MAX_MINOR],
      });
    case 'agent_contact':
      return firstOutside({ wait_s: [body.waitS, 0, MAX_SECONDS], handle_s: [body.handleS, 0, MAX_SECONDS] });
    case 'survey':
      return firstOutside({ score: [body.score ?? 0, 0, 10] });
    case 'app_activity':
      return firstOutside({ count: [body.count, 0, MAX_COUNT] });
    case 'social_mention':
      return firstOutside({ sentiment: [body.sentiment, -1, 1] });
    case 'commission_settlement':
      return firstOutside({ share: [body.share, 0, 1] });
    case 'profile':
      return firstOutside({ birth_year: [body.birthYear ?? 1_900, 1_880, 9_999] });
    default:
      return undefined;
  }
}

/** NaN is inside nothing. */
function firstOutside(
  fields: Readonly<Record<string, readonly [value: number, min: number, max: number]>>,
): string | undefined {
  for (const name in fields) {
    const range = fields[name];
    if (range !== undefined && !(range[0] >= range[1] && range[0] <= range[2])) return name;
  }
  return undefined;
}
