import { createZoneOffset } from './zone-offset.ts';

/** A calendar date as "YYYY-MM-DD"; compares as text. */
export type IsoDate = string;

/** Wall-clock readings of one time zone. */
export interface ZoneClock {
  /** Local date of an instant (milliseconds since the Unix epoch, UTC). */
  dateAt(atMs: number): IsoDate;
  /** Instant of a local date and minute of day. A minute that daylight saving skips is taken at the offset before the gap. */
  instantOf(date: IsoDate, minuteOfDay: number): number;
  /** Minutes that local time is ahead of UTC at an instant. */
  utcOffsetMinutesAt(atMs: number): number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * @param timeZone name of the IANA time zone database, e.g. "Asia/Shanghai".
 * @throws RangeError for a zone that the runtime does not know.
 */
export function createZoneClock(timeZone: string): ZoneClock {
  const offsetMsAt = createZoneOffset(timeZone);

  return {
    dateAt: (atMs) => new Date(atMs + offsetMsAt(atMs)).toISOString().slice(0, 10),
    instantOf(date, minuteOfDay) {
      const wallMs = Date.parse(`${date}T00:00:00Z`) + minuteOfDay * MINUTE_MS;
      // The offset half a day earlier is that before any change on this day; one correction settles the rest.
      const guessMs = wallMs - offsetMsAt(wallMs - DAY_MS);
      const settledMs = wallMs - offsetMsAt(guessMs);
      return settledMs + offsetMsAt(settledMs) === wallMs ? settledMs : guessMs;
    },
    utcOffsetMinutesAt: (atMs) => Math.round(offsetMsAt(atMs) / MINUTE_MS),
  };
}

/** The date `days` later. */
export function addDays(date: IsoDate, days: number): IsoDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** ISO weekday: Monday is 1, Sunday 7. */
export function isoWeekday(date: IsoDate): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}

/** Whether the text is a date that exists. */
export function isIsoDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const atMs = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(text);
}
