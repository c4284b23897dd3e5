import type { CivilCalendar } from '../../core/time/civil-calendar.ts';

const DAY_MS = 86_400_000;

/** A calendar month of the operator. */
export interface MonthFrame {
  readonly year: number;
  /** 1–12. */
  readonly month: number;
  /** Day number (days since 1970-01-01 by local date) of the 1st. */
  readonly firstDay: number;
  readonly lastDay: number;
  readonly days: number;
  readonly startMs: number;
  /** First instant of the next month. */
  readonly endMs: number;
}

export function frameMonth(year: number, month: number, calendar: CivilCalendar): MonthFrame {
  const firstDay = Date.UTC(year, month - 1, 1) / DAY_MS;
  const nextFirstDay = Date.UTC(year, month, 1) / DAY_MS;
  return {
    year,
    month,
    firstDay,
    lastDay: nextFirstDay - 1,
    days: nextFirstDay - firstDay,
    startMs: calendar.startOfDayMs(firstDay),
    endMs: calendar.startOfDayMs(nextFirstDay),
  };
}

/** 0 for Monday; the epoch's first day was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}
