import { DAY_MS, HOUR_MS } from '../calendar.ts';
import { between, integerBetween } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';

/** The simulated period; both ends are local midnights. */
export interface Period {
  readonly startMs: number;
  readonly endMs: number;
}

export interface Timing {
  readonly onsetAtMs: number;
  readonly churnedAtMs: number;
}

/**
 * Draws when a story begins and ends: the end inside the period and in shop hours, the onset `leadDays` before it but
 * late enough to leave some ordinary days in front.
 */
export function drawTiming(
  random: Random,
  period: Period,
  leadDays: readonly [shortest: number, longest: number],
  endsWithin: readonly [from: number, to: number] = [0.45, 0.95],
): Timing {
  const days = (period.endMs - period.startMs) / DAY_MS;
  const churnDay = Math.floor(days * between(random, ...endsWithin));
  const lead = Math.floor(Math.min(between(random, ...leadDays), 0.6 * churnDay));
  const churnedAtMs = shopHourOn(random, period.startMs + churnDay * DAY_MS);
  return { onsetAtMs: lead > 0 ? period.startMs + (churnDay - lead) * DAY_MS : churnedAtMs, churnedAtMs };
}

/** An instant between 9 and 20 o'clock of the local day that begins at `dayStartMs`. */
export function shopHourOn(random: Random, dayStartMs: number): number {
  return dayStartMs + integerBetween(random, 9 * HOUR_MS, 20 * HOUR_MS);
}

export function dayStartOf(period: Period, atMs: number): number {
  return period.startMs + Math.floor((atMs - period.startMs) / DAY_MS) * DAY_MS;
}
