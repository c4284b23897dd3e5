import { createLocalTime } from '../mapping/local-time.ts';
import { compileTimeFormat } from '../mapping/time-format.ts';
import type { TimeReading } from '../mapping/time-format.ts';

/**
 * Reads the time in a file's name: the first place in it that the pattern fits. Undefined where it fits nowhere.
 *
 * @param timeZone of a time without an offset.
 * @throws RangeError for a pattern or a time zone that is not understood.
 */
export function createFileNameTime(format: string, timeZone: string): (name: string) => number | undefined {
  const readTime = compileTimeFormat(format);
  if (readTime === undefined) throw new RangeError('the pattern of the time in file names is not understood');
  const local = createLocalTime(timeZone);
  const length = format.replaceAll("'", '').length;
  return function fileNameTimeOf(name) {
    const reading: TimeReading = { wallMs: 0, offsetMinutes: undefined, isInstant: false };
    for (let at = 0; at + length <= name.length; at++) {
      if (!readTime(name.slice(at, at + length), reading)) continue;
      const { wallMs, offsetMinutes } = reading;
      return offsetMinutes === undefined ? local.instantOf(wallMs) : wallMs - offsetMinutes * 60_000;
    }
    return undefined;
  };
}
