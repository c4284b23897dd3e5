import { accepted, refused } from '../../core/outcome.ts';
import type { Outcome } from '../../core/outcome.ts';
import { weekdayOf } from './month-frame.ts';
import type { ObservedUsage } from './usage-shapes.ts';

const KINDS: Readonly<Record<string, ObservedUsage['kind']>> = {
  VOICE: 'voice',
  SMS: 'message',
  MMS: 'message',
  DATA: 'data',
};

export const OBSERVED_USAGE_COLUMNS: readonly string[] = ['event_type', 'event_start_time', 'duration', 'charge_or_mb'];

/** Local date and hour at the head of a time stamp such as 2016-01-01T02:04:15.000+02:00. */
const LOCAL_CLOCK = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):/;

/** Reads one record of the event file of 2016. */
export function parseObservedUsage(record: Readonly<Record<string, string>>): Outcome<ObservedUsage, 'unreadable_row'> {
  const kind = KINDS[record['event_type'] ?? ''];
  if (kind === undefined) return refused('unreadable_row', 'event_type is none of VOICE, SMS, MMS and DATA');
  const clock = LOCAL_CLOCK.exec(record['event_start_time'] ?? '');
  const durationS = Number(record['duration']);
  const megabytes = Number(record['charge_or_mb']);
  if (clock === null || !(durationS >= 0) || !(megabytes >= 0)) {
    return refused('unreadable_row', 'no usable event_start_time, duration or charge_or_mb');
  }
  const [year = 0, month = 0, day = 0, hour = 0] = clock.slice(1).map(Number);
  const dayNumber = Date.UTC(year, month - 1, day) / 86_400_000;
  return accepted({ kind, hour, weekday: weekdayOf(dayNumber), durationS, megabytes });
}
