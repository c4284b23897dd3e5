import {
  DATA_BY_HOUR,
  DATA_BY_WEEKDAY,
  MESSAGE_BY_HOUR,
  MESSAGE_BY_WEEKDAY,
  VOICE_BY_HOUR,
  VOICE_BY_WEEKDAY,
} from '../calibration.ts';
import { HOUR_MS } from '../calendar.ts';
import type { LocalDay } from '../calendar.ts';
import { integerBetween, pickByTotals, runningTotals } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';

/** When in the day and on which days something is done. */
export interface Rhythm {
  readonly hourTotals: readonly number[];
  readonly byWeekday: readonly number[];
  /** Level of a public holiday beside an ordinary day (assumed). */
  readonly onHoliday: number;
}

export const VOICE_RHYTHM: Rhythm = rhythm(VOICE_BY_HOUR, VOICE_BY_WEEKDAY, 1.1);
export const DATA_RHYTHM: Rhythm = rhythm(DATA_BY_HOUR, DATA_BY_WEEKDAY, 1.15);
export const MESSAGE_RHYTHM: Rhythm = rhythm(MESSAGE_BY_HOUR, MESSAGE_BY_WEEKDAY, 1.3);

function rhythm(byHour: readonly number[], byWeekday: readonly number[], onHoliday: number): Rhythm {
  return { hourTotals: runningTotals(byHour), byWeekday, onHoliday };
}

/** Level of the day beside the mean day. A Sunday that is worked counts as a Monday. */
export function levelOn({ byWeekday, onHoliday }: Rhythm, { kind, weekday }: LocalDay): number {
  if (kind === 'holiday') return onHoliday;
  return byWeekday[kind === 'workday' && weekday >= 5 ? 0 : weekday] ?? 1;
}

/** An instant of the day by the hours' shape, moved by the subscriber's own shift within the day. */
export function timeOn(random: Random, { hourTotals }: Rhythm, day: LocalDay, hourShift: number): number {
  const hour = (pickByTotals(random, hourTotals) + hourShift + 24) % 24;
  return day.startMs + hour * HOUR_MS + integerBetween(random, 0, HOUR_MS - 1);
}
