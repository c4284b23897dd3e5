import { createZoneOffset } from './zone-offset.ts';

/** The operator's civil days in one time zone. A day is a number: days since 1970-01-01 by local date. */
export interface CivilCalendar {
  readonly timeZone: string;
  dayOf(instantMs: number): number;
  /** Local hour, 0–23. */
  hourOf(instantMs: number): number;
  /** First instant of a day. */
  startOfDayMs(day: number): number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** @throws RangeError for an unknown IANA time zone. */
export function createCivilCalendar(timeZone: string): CivilCalendar {
  const offsetOf = createZoneOffset(timeZone);

  return {
    timeZone,
    dayOf: (instantMs) => Math.floor((instantMs + offsetOf(instantMs)) / DAY_MS),
    hourOf: (instantMs) => Math.floor((instantMs + offsetOf(instantMs)) / HOUR_MS) % 24,
    startOfDayMs(day) {
      // The offset at local midnight is wanted, but it is found by instant: a guess by the offset around is right
      // unless the zone shifts in between, and then the second look corrects it.
      const guess = day * DAY_MS - offsetOf(day * DAY_MS);
      return day * DAY_MS - offsetOf(guess);
    },
  };
}
