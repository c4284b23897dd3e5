import type { EventBody, SubscriberEvent } from '../../core/events/subscriber-event.ts';
import type { CivilCalendar } from '../../core/time/civil-calendar.ts';
import type { Random } from '../random/random.ts';
import type { MonthFrame } from './month-frame.ts';
import type { ObservedUsage, UsageShapes } from './usage-shapes.ts';

export type ReplayFeed = 'voice' | 'message' | 'data' | 'top_up' | 'account';
export const REPLAY_FEEDS: readonly ReplayFeed[] = ['voice', 'message', 'data', 'top_up', 'account'];

/** One user's month under reconstruction: where it lies, and what makes its events. */
export interface UserMonth {
  readonly subscriberId: string;
  readonly frame: MonthFrame;
  readonly calendar: CivilCalendar;
  readonly shapes: UsageShapes;
}

const HOUR_MS = 3_600_000;

/** An instant on a day of the month (0 for the 1st) at an hour drawn by the shape of its kind. */
export function drawInstantMs(random: Random, userMonth: UserMonth, day: number, kind: ObservedUsage['kind']): number {
  const { frame, calendar, shapes } = userMonth;
  const hour = shapes.drawHour(random, kind);
  return calendar.startOfDayMs(frame.firstDay + day) + hour * HOUR_MS + Math.floor(random.next() * HOUR_MS);
}

/**
 * Wraps a body. The id names the subscriber, the month, the feed and the event's number in them, so that a second replay
 * sends the same ids.
 */
export function toEvent(
  userMonth: UserMonth,
  feed: ReplayFeed,
  name: string,
  occurredAtMs: number,
  body: EventBody,
): SubscriberEvent {
  const { subscriberId, frame, calendar } = userMonth;
  const localMs = calendar.dayOf(occurredAtMs) * 24 * HOUR_MS;
  const offsetMs = localMs - calendar.startOfDayMs(calendar.dayOf(occurredAtMs));
  return {
    eventId: `replay-${subscriberId}-${frame.year * 100 + frame.month}-${name}`,
    subscriberId,
    occurredAtMs,
    recordedAtMs: occurredAtMs,
    feed,
    utcOffsetMinutes: offsetMs / 60_000,
    body,
  };
}
