import type { Random } from '../random/random.ts';
import { pickByTotals, runningTotals } from '../random/distributions.ts';

/** A usage event as the event file of 2016 has it, with its own local clock. */
export interface ObservedUsage {
  readonly kind: 'voice' | 'message' | 'data';
  /** 0–23, local. */
  readonly hour: number;
  /** 0 for Monday, local. */
  readonly weekday: number;
  readonly durationS: number;
  readonly megabytes: number;
}

/** What real usage looks like, apart from its totals: when in the day and the week, and how calls and sessions differ in size. */
export interface UsageShapes {
  /** Local hour, 0–23. */
  drawHour(random: Random, kind: ObservedUsage['kind']): number;
  /** Relative weight of a weekday, 0 for Monday; about 1. */
  weekdayWeight(weekday: number): number;
  /** Length of an answered call in seconds. */
  drawCallSeconds(random: Random): number;
  /** Volume and length of one data session. */
  drawSession(random: Random): { readonly megabytes: number; readonly durationS: number };
}

/** @throws RangeError if one of the kinds was never observed. */
export function createUsageShapes(observed: Iterable<ObservedUsage>): UsageShapes {
  const hours = { voice: hourCounts(), message: hourCounts(), data: hourCounts() };
  const weekdays = Array.from({ length: 7 }, () => 0);
  const callSeconds: number[] = [];
  const sessions: { readonly megabytes: number; readonly durationS: number }[] = [];
  for (const { kind, hour, weekday, durationS, megabytes } of observed) {
    hours[kind][hour] = (hours[kind][hour] ?? 0) + 1;
    weekdays[weekday] = (weekdays[weekday] ?? 0) + 1;
    if (kind === 'voice' && durationS > 0) callSeconds.push(durationS);
    if (kind === 'data' && megabytes > 0) sessions.push({ megabytes, durationS });
  }
  const total = weekdays.reduce((sum, count) => sum + count, 0);
  const hourTotals = {
    voice: runningTotals(hours.voice),
    message: runningTotals(hours.message),
    data: runningTotals(hours.data),
  };
  if (callSeconds.length === 0 || sessions.length === 0 || (hourTotals.message[23] ?? 0) === 0) {
    throw new RangeError('usage shapes need calls, messages and data sessions');
  }

  return {
    drawHour: (random, kind) => pickByTotals(random, hourTotals[kind]),
    weekdayWeight: (weekday) => (7 * (weekdays[weekday] ?? 0)) / total,
    drawCallSeconds: (random) => drawFrom(random, callSeconds),
    drawSession: (random) => drawFrom(random, sessions),
  };
}

function hourCounts(): number[] {
  return Array.from({ length: 24 }, () => 0);
}

function drawFrom<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random.next() * items.length)];
  if (item === undefined) throw new RangeError('nothing to draw from');
  return item;
}
