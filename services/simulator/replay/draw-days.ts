import { pickByTotals } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import { weekdayOf } from './month-frame.ts';
import type { MonthFrame } from './month-frame.ts';
import type { QuirkBook } from './quirks.ts';
import type { UsageShapes } from './usage-shapes.ts';

/** Days of one user and month: which may have events, and how likely each is. */
export interface UserDays {
  /** First day with events, 0 for the 1st of the month. */
  readonly from: number;
  /** Weight per day of the month. One busy day is busy for calls, messages and data alike. */
  readonly weights: readonly number[];
}

/** Even days between busy ones: the least a day weighs, beside a mean of 1. */
const QUIETEST = 0.2;

/** Draws how busy each day is: the weekday's shape times an exponential mood of the day. */
export function drawUserDays(random: Random, frame: MonthFrame, from: number, shapes: UsageShapes): UserDays {
  const weights = Array.from({ length: frame.days }, (_, index) => {
    const mood = QUIETEST - (1 - QUIETEST) * Math.log(1 - random.next());
    return shapes.weekdayWeight(weekdayOf(frame.firstDay + index)) * mood;
  });
  return { from, weights };
}

/**
 * Last possible day of a kind of event, 0 for the 1st, and whether an event must lie on it. Inactivity that contradicts the
 * month's events says nothing: all days are open.
 */
export function lastDayOf(
  inactiveDays: number,
  frame: MonthFrame,
  from: number,
  quirks: QuirkBook,
): { readonly day: number; readonly exact: boolean } {
  const day = frame.days - 1 - inactiveDays;
  if (day < 0) {
    quirks.note('inactivity_contradicts_activity');
    return { day: frame.days - 1, exact: false };
  }
  if (day < from) {
    quirks.note('inactivity_precedes_activation');
    return { day: frame.days - 1, exact: false };
  }
  return { day, exact: true };
}

/** Days of `count` events, 0 for the 1st of the month, in no order; one is the last day if that is exact. */
export function drawDays(
  random: Random,
  count: number,
  days: UserDays,
  last: { readonly day: number; readonly exact: boolean },
): number[] {
  let total = 0;
  const totals = days.weights.map((weight, day) => (total += day >= days.from && day <= last.day ? weight : 0));
  return Array.from({ length: count }, (_, index) =>
    index === 0 && last.exact ? last.day : pickByTotals(random, totals),
  );
}
