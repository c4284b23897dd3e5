import { createZoneOffset } from './zone-offset.ts';

/** The operator's civil days in one time zone. A day is a number: days since 1970-01-01 by local date. */
export interface CivilCalendar {
  readonly timeZone: string;
  dayOf(instantMs: number): number;
  /** First instant of a day. */
  startOfDayMs(day: number): number;
}

const DAY_MS = 86_400_000;

/** @throws RangeError for an unknown IANA time zone. */
export function createCivilCalendar(timeZone: string): CivilCalendar {
  const offsetOf = createZoneOffset(timeZone);

  function dayOf(instantMs: number): number {
    return Math.floor((instantMs + offsetOf(instantMs)) / DAY_MS);
  }

  return {
    timeZone,
    dayOf,
    startOfDayMs(day) {
      // The offset at local midnight is wanted, but offsets are found by instant. Around a shift of the clocks two are
      // possible: the earlier instant that is of the day is its first, also where the shift skips midnight itself.
      const candidates = [-1, 1].map((side) => day * DAY_MS - offsetOf((day + side) * DAY_MS));
      return Math.min(...candidates.filter((instantMs) => dayOf(instantMs) === day));
    },
  };
}
