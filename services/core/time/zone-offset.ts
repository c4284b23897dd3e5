/** Zones shift at multiples of a quarter of an hour, so that within one the offset is constant. */
const QUARTER_MS = 900_000;
/** Quarters remembered: half a year, each in the place of its last bits. */
const REMEMBERED = 16_384;

/**
 * Milliseconds by which the local time of a zone is ahead of UTC at an instant; remembered by quarter of an hour, for
 * asking Intl takes microseconds.
 *
 * @param timeZone name of the IANA time zone database, e.g. "Asia/Shanghai".
 * @throws RangeError for a zone that the runtime does not know.
 */
export function createZoneOffset(timeZone: string): (instantMs: number) => number {
  const format = createWallFormat(timeZone);
  const quarters = new Float64Array(REMEMBERED).fill(Number.NaN);
  const offsetsMs = new Int32Array(REMEMBERED);

  return function offsetMsAt(instantMs) {
    const quarter = Math.floor(instantMs / QUARTER_MS);
    const place = quarter & (REMEMBERED - 1);
    if (quarters[place] !== quarter) {
      offsetsMs[place] = wallMsAt(format, quarter * QUARTER_MS) - quarter * QUARTER_MS;
      quarters[place] = quarter;
    }
    return offsetsMs[place] ?? 0;
  };
}

/** Whether the runtime knows a zone of that name. */
export function isTimeZone(name: string): boolean {
  try {
    createWallFormat(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function createWallFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
}

/** Local wall-clock time written as if it were UTC. */
function wallMsAt(format: Intl.DateTimeFormat, instantMs: number): number {
  const fields: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(instantMs)) fields[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
