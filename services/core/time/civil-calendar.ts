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
/** Zones shift at multiples of a quarter of an hour, so that within one the offset is constant. */
const QUARTER_MS = HOUR_MS / 4;
const MAX_CACHED_QUARTERS = 50_000;

/** @throws RangeError for an unknown IANA time zone. */
export function createCivilCalendar(timeZone: string): CivilCalendar {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const offsets = new Map<number, number>();
  let lastQuarter = Number.NaN;
  let lastOffset = 0;

  function offsetOf(instantMs: number): number {
    const quarter = Math.floor(instantMs / QUARTER_MS);
    if (quarter === lastQuarter) return lastOffset;
    let offset = offsets.get(quarter);
    if (offset === undefined) {
      if (offsets.size >= MAX_CACHED_QUARTERS) offsets.clear();
      offset = askIntl(quarter * QUARTER_MS);
      offsets.set(quarter, offset);
    }
    lastQuarter = quarter;
    lastOffset = offset;
    return offset;
  }

  function askIntl(instantMs: number): number {
    const fields: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(instantMs)) fields[type] = Number(value);
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = fields;
    return Date.UTC(year, month - 1, day, hour, minute, second) - instantMs;
  }

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
