import { hash32 } from '../../../services/core/encoding/hash.ts';
import type { EventBody, LogRecord, SubscriberEvent } from '../../../services/core/events/subscriber-event.ts';
import {
  sampleBill,
  sampleCall,
  sampleEvent,
  sampleMessage,
  sampleProgress,
  sampleTopUp,
} from '../../support/sample-events.ts';
import { instantOf } from './civil-time.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Minutes of the civil day at which people call: around midnight, and where clocks skip or repeat an hour. */
const CALL_MINUTES = [15, 150, 1_410, 90, 195, 1_425];
/** In this hour of UTC the zone's midnight has passed in summer and is to come in winter. */
const HOUR_OF_MIDNIGHT = 22;

/** Someone who calls on every civil day from the first to the last. */
export interface TurningLife {
  readonly subscriberId: string;
  readonly firstDay: number;
  readonly lastDay: number;
  readonly callMinute: number;
}

/** Time of the UTC day at which the wheel comes to a subscriber: one of 288 moments, by hash. */
export function wheelMsOf(subscriberId: string): number {
  return (hash32(subscriberId) % 288) * (DAY_MS / 288);
}

/**
 * People of whom every other is looked at by the daily wheel in the hour of the zone's midnight.
 *
 * @param lastDays days of their last calls, taken in turn.
 */
export function turningLives(
  name: string,
  count: number,
  { firstDay, lastDays }: { readonly firstDay: number; readonly lastDays: readonly number[] },
): TurningLife[] {
  const lives: TurningLife[] = [];
  for (let i = 0; lives.length < count; i++) {
    const subscriberId = `k1-${name}${String(i).padStart(5, '0')}`;
    const place = lives.length;
    if (place % 2 === 0 && Math.floor(wheelMsOf(subscriberId) / HOUR_MS) !== HOUR_OF_MIDNIGHT) continue;
    const lastDay = lastDays[Math.floor(place / 2) % lastDays.length] ?? firstDay;
    const callMinute = CALL_MINUTES[place % CALL_MINUTES.length] ?? 0;
    lives.push({ subscriberId, firstDay, lastDay, callMinute });
  }
  return lives;
}

/** What happens in a life, in the order of time: a call a day, messages, top-ups, and a bill on the first of a month. */
export function eventsOfLife({ subscriberId, firstDay, lastDay, callMinute }: TurningLife): SubscriberEvent[] {
  const events: SubscriberEvent[] = [];
  const add = (day: number, minute: number, body: EventBody): void => {
    const momentMs = instantOf(day, minute);
    events.push(sampleEvent(body, momentMs, { subscriberId, eventId: `${subscriberId}-${body.type}-${momentMs}` }));
  };
  for (let day = firstDay; day <= lastDay; day++) {
    add(day, callMinute, sampleCall());
    if (day % 2 === 0) add(day, callMinute + 5, sampleMessage());
    if (day % 7 === 0) add(day, callMinute + 7, sampleTopUp());
    const date = new Date(day * DAY_MS);
    if (date.getUTCDate() === 1) {
      const month = date.getUTCFullYear() * 100 + date.getUTCMonth() + 1;
      add(day, callMinute + 9, sampleBill({ month, totalMinor: 4_000 + (day % 90) }));
    }
  }
  return events.toSorted((a, b) => a.occurredAtMs - b.occurredAtMs);
}

/** The part of a log in [fromMs, toMs), with the feed's progress at each full hour. @param events in order of time. */
export function* stretchOf(events: readonly SubscriberEvent[], fromMs: number, toMs: number): Generator<LogRecord> {
  const left = events.filter(({ occurredAtMs }) => occurredAtMs >= fromMs && occurredAtMs < toMs);
  let next = 0;
  for (let hourMs = fromMs; hourMs < toMs; hourMs += HOUR_MS) {
    for (let event = left[next]; event !== undefined && event.occurredAtMs < hourMs + HOUR_MS; event = left[++next]) {
      yield event;
    }
    yield sampleProgress('voice', hourMs + HOUR_MS);
  }
}
