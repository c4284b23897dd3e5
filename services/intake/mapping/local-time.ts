import { createZoneOffset } from '../../core/time/zone-offset.ts';

const DAY_MS = 86_400_000;
const MAX_CACHED_DAYS = 10_000;

/** Wall-clock readings of one time zone, as instants. Wall-clock times are written as if they were UTC. */
export interface LocalTime {
  /**
   * Instant of a wall-clock time. Where the clocks go back and it occurs twice, the first; where they go forward and it
   * does not occur, as if they had not yet.
   */
  instantOf(wallMs: number): number;
  offsetMsAt(instantMs: number): number;
}

/** @throws RangeError for an unknown IANA time zone. */
export function createLocalTime(timeZone: string): LocalTime {
  const offsetMsAt = createZoneOffset(timeZone);
  /** Offset of each wall-clock day near which the clocks do not change; NaN for the others. */
  const steadyOffsets = new Map<number, number>();
  let lastDay = Number.NaN;
  let lastOffsetMs = Number.NaN;

  function steadyOffsetOf(day: number): number {
    if (day === lastDay) return lastOffsetMs;
    let offsetMs = steadyOffsets.get(day);
    if (offsetMs === undefined) {
      const before = offsetMsAt((day - 1) * DAY_MS);
      offsetMs = [0, 1, 2].every((ahead) => offsetMsAt((day + ahead) * DAY_MS) === before) ? before : Number.NaN;
      if (steadyOffsets.size >= MAX_CACHED_DAYS) steadyOffsets.clear();
      steadyOffsets.set(day, offsetMs);
    }
    lastDay = day;
    lastOffsetMs = offsetMs;
    return offsetMs;
  }

  return {
    offsetMsAt,
    instantOf(wallMs) {
      const steady = steadyOffsetOf(Math.floor(wallMs / DAY_MS));
      if (steady === steady) return wallMs - steady;
      const beforeMs = wallMs - offsetMsAt(wallMs - DAY_MS);
      if (beforeMs + offsetMsAt(beforeMs) === wallMs) return beforeMs;
      const afterMs = wallMs - offsetMsAt(wallMs + DAY_MS);
      return afterMs + offsetMsAt(afterMs) === wallMs ? afterMs : beforeMs;
    },
  };
}
