import type { Story } from '../churn/story.ts';
import type { ScheduledBody } from '../feeds.ts';
import type { Subscriber } from '../population/subscriber.ts';
import type { Plan } from '../world/catalogue.ts';
import type { Trip } from './draw-trip.ts';

/** What moves while time passes; touched in event-time order only. */
export interface SubscriberState {
  readonly subscriber: Subscriber;
  readonly story: Story | undefined;
  readonly trip: Trip | undefined;
  plan: Plan;
  balanceMinor: number;
  month: MonthOfUse;
  lastMonth: MonthOfUse;
  /** Numbers the subscriber's events. */
  eventCount: number;
  /** Known in full and not yet due; in no particular order. */
  upcoming: ScheduledBody[];
}

export interface MonthOfUse {
  /** year × 100 + month. */
  readonly month: number;
  seconds: number;
  bytes: number;
  voiceMinor: number;
  messageMinor: number;
  dataMinor: number;
}

export function emptyMonth(month: number): MonthOfUse {
  return { month, seconds: 0, bytes: 0, voiceMinor: 0, messageMinor: 0, dataMinor: 0 };
}

/** Turns to the month of the day at hand; what was used before becomes last month's. */
export function turnToMonth(state: SubscriberState, month: number): void {
  if (state.month.month === month) return;
  state.lastMonth = state.month;
  state.month = emptyMonth(month);
}
