const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What the zone's clocks are ahead of UTC, in summer and in winter. */
const OFFSETS_MS = [2 * HOUR_MS, HOUR_MS];

/** A zone whose clocks are turned, and that is ahead of UTC by two hours in summer and by one in winter. */
export const TURNING_ZONE = 'Europe/Berlin';

const wallFormat = new Intl.DateTimeFormat('en-GB', {
  timeZone: TURNING_ZONE,
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** What the zone's clocks show at an instant, to the second, written as if it were UTC. */
function wallMsOf(instantMs: number): number {
  const [day, month, year, hour, minute, second] = wallFormat.format(instantMs).split(/\D+/).map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

/** What the zone's clocks are ahead of UTC at an instant of a full second. */
export function aheadOfUtcMs(instantMs: number): number {
  return wallMsOf(instantMs) - instantMs;
}

/** Civil day in the zone, as days since 1970-01-01. Shares nothing with the service's own calendar. */
export function civilDayOf(instantMs: number): number {
  return Math.floor(wallMsOf(instantMs) / DAY_MS);
}

/**
 * The instant at which the zone's clocks show a minute of a civil day: the first of two where they are set back, and an
 * hour on where they are set forward and never show it.
 */
export function instantOf(civilDay: number, minuteOfDay: number): number {
  const wallMs = civilDay * DAY_MS + minuteOfDay * 60_000;
  return OFFSETS_MS.map((offsetMs) => wallMs - offsetMs).find((ms) => wallMsOf(ms) === wallMs) ?? wallMs - HOUR_MS;
}
