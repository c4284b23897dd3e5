import type { LocalTime } from './local-time.ts';
import { REFUSED } from './row-source.ts';
import type { Refused, TextSource } from './row-source.ts';
import { parseOffset } from './time-format.ts';
import type { ReadTime, TimeReading } from './time-format.ts';

const MINUTE_MS = 60_000;

/** Reads times of one source. */
export interface MomentSource<Row> {
  /** Milliseconds since the epoch, UTC; undefined where the row states none. */
  read(row: Row): number | undefined | Refused;
  /** Minutes east of UTC at the place, of the time read last. */
  offsetMinutes(): number;
}

/**
 * Instants of a source's time stamps. A local time is of the offset that it or its row states, else of the zone; the
 * place's offset is the stated one, else the zone's at that instant, else 0.
 */
export function createMomentSource<Row>(options: {
  readonly source: TextSource<Row>;
  readonly readTime: ReadTime;
  readonly zone: LocalTime | undefined;
  readonly offsetSource: TextSource<Row> | undefined;
}): MomentSource<Row> {
  const { source, readTime, zone, offsetSource } = options;
  const reading: TimeReading = { wallMs: 0, offsetMinutes: undefined, isInstant: false };
  let offsetMinutes = 0;

  return {
    offsetMinutes: () => offsetMinutes,
    read(row) {
      const text = source.read(row);
      if (text === undefined) return undefined;
      if (text === REFUSED || !readTime(text, reading)) return REFUSED;
      let stated = reading.isInstant ? undefined : reading.offsetMinutes;
      if (offsetSource !== undefined && stated === undefined) {
        const offsetText = offsetSource.read(row);
        if (offsetText === REFUSED) return REFUSED;
        if (offsetText !== undefined) {
          stated = parseOffset(offsetText);
          if (stated === undefined) return REFUSED;
        }
      }
      if (reading.isInstant) {
        offsetMinutes = stated ?? zoneMinutes(zone, reading.wallMs);
        return reading.wallMs;
      }
      if (stated !== undefined) {
        offsetMinutes = stated;
        return reading.wallMs - stated * MINUTE_MS;
      }
      if (zone === undefined) return REFUSED;
      const instantMs = zone.instantOf(reading.wallMs);
      offsetMinutes = zoneMinutes(zone, instantMs);
      return instantMs;
    },
  };
}

function zoneMinutes(zone: LocalTime | undefined, instantMs: number): number {
  return zone === undefined ? 0 : Math.round(zone.offsetMsAt(instantMs) / MINUTE_MS);
}
