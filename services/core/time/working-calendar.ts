import type { Outcome } from '../outcome.ts';
import { accepted, refused } from '../outcome.ts';
import type { IsoDate } from './zone-clock.ts';
import { addDays, createZoneClock, isIsoDate, isoWeekday } from './zone-clock.ts';
import { isTimeZone } from './zone-offset.ts';

/** Days off, both ends included. */
export interface Holiday {
  readonly name: string;
  readonly from: IsoDate;
  readonly to: IsoDate;
}

/** When a desk works. Days are dates of the time zone; minutes count from local midnight. */
export interface WorkingCalendarData {
  readonly version: string;
  /** Name of the IANA time zone database. */
  readonly timeZone: string;
  readonly opensAtMinute: number;
  readonly closesAtMinute: number;
  /** ISO weekdays that are worked, Monday 1 to Sunday 7. */
  readonly workingWeekdays: readonly number[];
  readonly holidays: readonly Holiday[];
  /** Days that are worked although their weekday or a holiday says otherwise. */
  readonly makeUpWorkdays: readonly IsoDate[];
  /** Holidays are known from here to there; outside, only weekdays decide. */
  readonly knownFrom: IsoDate;
  readonly knownThrough: IsoDate;
}

export interface WorkingCalendar {
  readonly version: string;
  /** Last instant at which holidays are known; due times beyond it count weekdays only. */
  readonly knownThroughMs: number;
  isWorkingDay(date: IsoDate): boolean;
  /**
   * The instant by which `days` full working days of working time have passed since `fromMs`: from Friday 15:00, three
   * days of Monday to Friday 9 to 18 end on Wednesday 15:00. The clock stands still while the desk is closed.
   */
  addWorkingDays(fromMs: number, days: number): number;
  utcOffsetMinutesAt(atMs: number): number;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
/** A year of holidays in a row is a mistake in the data: stop instead of searching for ever. */
const LONGEST_CLOSURE_DAYS = 366;

/** Refuses data from which no due time could be counted; the detail names every mistake. */
export function createWorkingCalendar(data: WorkingCalendarData): Outcome<WorkingCalendar, 'invalid_calendar'> {
  const mistakes = mistakesOf(data);
  if (mistakes.length > 0) return refused('invalid_calendar', mistakes.join('; '));
  const clock = createZoneClock(data.timeZone);
  const worked = new Set(data.makeUpWorkdays);
  const off = new Set(data.holidays.flatMap(datesOf));
  const dayMs = (data.closesAtMinute - data.opensAtMinute) * MINUTE_MS;

  function isWorkingDay(date: IsoDate): boolean {
    return worked.has(date) || (data.workingWeekdays.includes(isoWeekday(date)) && !off.has(date));
  }

  return accepted({
    version: data.version,
    knownThroughMs: clock.instantOf(addDays(data.knownThrough, 1), 0) - 1,
    isWorkingDay,
    addWorkingDays(fromMs, days) {
      let remainingMs = days * dayMs;
      let date = clock.dateAt(fromMs);
      for (let closedDays = 0; closedDays <= LONGEST_CLOSURE_DAYS; date = addDays(date, 1)) {
        if (!isWorkingDay(date)) {
          closedDays++;
          continue;
        }
        closedDays = 0;
        const startMs = Math.max(fromMs, clock.instantOf(date, data.opensAtMinute));
        const availableMs = clock.instantOf(date, data.closesAtMinute) - startMs;
        if (availableMs >= remainingMs) return startMs + remainingMs;
        if (availableMs > 0) remainingMs -= availableMs;
      }
      throw new RangeError(`working calendar ${data.version} has no working day in the year after ${date}`);
    },
    utcOffsetMinutesAt: (atMs) => clock.utcOffsetMinutesAt(atMs),
  });
}

function datesOf(holiday: Holiday): IsoDate[] {
  const dates: IsoDate[] = [];
  for (let date = holiday.from; date <= holiday.to; date = addDays(date, 1)) dates.push(date);
  return dates;
}

function mistakesOf(data: WorkingCalendarData): string[] {
  const mistakes: string[] = [];
  if (!isTimeZone(data.timeZone)) mistakes.push(`unknown time zone "${data.timeZone}"`);
  if (!(data.opensAtMinute >= 0 && data.opensAtMinute < data.closesAtMinute && data.closesAtMinute <= DAY_MINUTES)) {
    mistakes.push('working hours must open before they close, within one day');
  }
  if (data.workingWeekdays.length === 0) mistakes.push('no weekday is worked');
  if (data.workingWeekdays.some((day) => !Number.isInteger(day) || day < 1 || day > 7)) {
    mistakes.push('weekdays are numbers from 1 (Monday) to 7 (Sunday)');
  }
  const dates = [data.knownFrom, data.knownThrough, ...data.makeUpWorkdays];
  for (const holiday of data.holidays) {
    dates.push(holiday.from, holiday.to);
    if (holiday.from > holiday.to) mistakes.push(`holiday "${holiday.name}" ends before it starts`);
    if (addDaysOrSame(holiday.from, LONGEST_CLOSURE_DAYS) < holiday.to)
      mistakes.push(`holiday "${holiday.name}" is over a year long`);
  }
  mistakes.push(...dates.filter((date) => !isIsoDate(date)).map((date) => `"${date}" is not a date`));
  if (data.knownFrom > data.knownThrough) mistakes.push('knownFrom is after knownThrough');
  return mistakes;
}

function addDaysOrSame(date: string, days: number): string {
  return isIsoDate(date) ? addDays(date, days) : date;
}
