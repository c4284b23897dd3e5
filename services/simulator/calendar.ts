export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Public holidays of China in 2026 (first day, days), by the State Council's notice; other years know weekends only. */
const HOLIDAYS: readonly (readonly [date: string, days: number])[] = [
  ['2026-01-01', 3],
  ['2026-02-15', 9],
  ['2026-04-04', 3],
  ['2026-05-01', 5],
  ['2026-06-19', 3],
  ['2026-09-25', 3],
  ['2026-10-01', 7],
];

/** Saturdays and Sundays of 2026 that are worked to make up for them. */
const WORKED_WEEKENDS = ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'];

const holidayDays = new Set(
  HOLIDAYS.flatMap(([date, days]) =>
    Array.from({ length: days }, (_, offset) => dayNumberOf(Date.parse(date)) + offset),
  ),
);
const workedWeekendDays = new Set(WORKED_WEEKENDS.map((date) => dayNumberOf(Date.parse(date))));

export type DayKind = 'workday' | 'weekend' | 'holiday';

/** One local day of the operator. */
export interface LocalDay {
  /** From 0 at the start of the simulated period. */
  readonly index: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly kind: DayKind;
  /** 0 for Monday. */
  readonly weekday: number;
  readonly dayOfMonth: number;
  /** year × 100 + month. */
  readonly month: number;
}

/** Days since 1970-01-01 of an instant whose clock already reads local time. */
function dayNumberOf(localMs: number): number {
  return Math.floor(localMs / DAY_MS);
}

/** The local day that begins at `startMs`, in a zone of fixed offset. */
export function localDayAt(index: number, startMs: number, utcOffsetMinutes: number): LocalDay {
  const localMs = startMs + utcOffsetMinutes * 60_000;
  const dayNumber = dayNumberOf(localMs);
  const date = new Date(localMs);
  const weekday = (date.getUTCDay() + 6) % 7;
  const isWeekend = weekday >= 5 && !workedWeekendDays.has(dayNumber);
  return {
    index,
    startMs,
    endMs: startMs + DAY_MS,
    kind: holidayDays.has(dayNumber) ? 'holiday' : isWeekend ? 'weekend' : 'workday',
    weekday,
    dayOfMonth: date.getUTCDate(),
    month: date.getUTCFullYear() * 100 + date.getUTCMonth() + 1,
  };
}
