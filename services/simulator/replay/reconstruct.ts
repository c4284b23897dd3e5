import type { LogRecord, PartitionMark, SubscriberEvent } from '../../core/events/subscriber-event.ts';
import type { CivilCalendar } from '../../core/time/civil-calendar.ts';
import { expandUserMonth } from './expand-user-month.ts';
import { frameMonth } from './month-frame.ts';
import type { MonthFrame } from './month-frame.ts';
import type { QuirkBook } from './quirks.ts';
import type { UsageRow } from './usage-row.ts';
import type { UsageShapes } from './usage-shapes.ts';
import { REPLAY_FEEDS } from './user-month.ts';

export interface ReplayPlan {
  readonly seed: number;
  readonly calendar: CivilCalendar;
  readonly shapes: UsageShapes;
  /** Turns a user's account id into the subscriber id of the log. */
  readonly pseudonymOf: (userId: string) => string;
  /** Event time between marks of progress; a divisor of a day. */
  readonly markIntervalMs: number;
  readonly quirks: QuirkBook;
}

/**
 * The log of the customers in a usage table, in order of event time, with the progress of each feed in between.
 *
 * What is real: who was there in which month, every total of each user-month, the last day of each kind of activity, the
 * balance, the activation date. What is not: the single events. They are drawn so that they add up to what is real. The
 * same plan and rows give the same records; another seed moves the events within their months.
 *
 * One month is held in memory at a time. Sums over the last 100 days (`last_100_…`) are left out: they repeat the months.
 */
export function* reconstruct(rows: readonly UsageRow[], plan: ReplayPlan): Generator<LogRecord, void> {
  const months = Map.groupBy(rows, ({ year, month }) => year * 100 + month);
  const profileTold = new Set<string>();
  const activationTold = new Set<string>();
  let markAtMs: number | undefined;

  for (const yearMonth of [...months.keys()].toSorted((a, b) => a - b)) {
    const frame = frameMonth(Math.floor(yearMonth / 100), yearMonth % 100, plan.calendar);
    markAtMs ??= frame.startMs + plan.markIntervalMs;
    for (const event of expandMonth(months.get(yearMonth) ?? [], frame, plan, profileTold, activationTold)) {
      while (event.occurredAtMs > markAtMs) {
        yield* marksAt(markAtMs);
        markAtMs += plan.markIntervalMs;
      }
      yield event;
    }
    while (markAtMs <= frame.endMs) {
      yield* marksAt(markAtMs);
      markAtMs += plan.markIntervalMs;
    }
  }
}

function expandMonth(
  rows: readonly UsageRow[],
  frame: MonthFrame,
  plan: ReplayPlan,
  profileTold: Set<string>,
  activationTold: Set<string>,
): SubscriberEvent[] {
  const events: SubscriberEvent[] = [];
  for (const row of rows) {
    const userMonth = {
      subscriberId: plan.pseudonymOf(row.userId),
      frame,
      calendar: plan.calendar,
      shapes: plan.shapes,
    };
    const told = { profile: profileTold.has(row.userId), activation: activationTold.has(row.userId) };
    for (const event of expandUserMonth(plan.seed, row, userMonth, told, plan.quirks)) events.push(event);
    profileTold.add(row.userId);
    if (row.lifetimeDays !== undefined) activationTold.add(row.userId);
  }
  return events.sort((a, b) => a.occurredAtMs - b.occurredAtMs || (a.eventId < b.eventId ? -1 : 1));
}

/** Each feed's promise that everything up to an instant has been sent. */
function marksAt(instantMs: number): PartitionMark[] {
  return REPLAY_FEEDS.map((feed) => ({
    eventId: `replay-progress-${feed}-${instantMs}`,
    subscriberId: '',
    occurredAtMs: instantMs,
    recordedAtMs: instantMs,
    feed,
    utcOffsetMinutes: 0,
    body: { type: 'feed_progress', feed, completeThroughMs: instantMs },
  }));
}
