import { createLocalTime } from '../mapping/local-time.ts';
import { compileTimeFormat } from '../mapping/time-format.ts';
import type { TimeReading } from '../mapping/time-format.ts';

const PATTERN = 'expected a pattern of fixed length like yyyyMMddHHmm';

/** What is wrong with the pattern of the time in file names; undefined for one that can be looked for. */
export function fileNameFormatMistake(format: string): string | undefined {
  const isNamed = format === 'iso' || format.startsWith('epoch-');
  if (isNamed || compileTimeFormat(format) === undefined) return `"${format}" is not understood here; ${PATTERN}`;
  if (!format.replaceAll(/'[^']*'/g, '').includes('xx')) return undefined;
  return `"${format}": an offset (xx) cannot be told from what follows it in a name; state a timeZone and ${PATTERN}`;
}

/** A name that is this far ahead means "through tonight"; farther ahead it is a mistake. */
const MAX_AHEAD_MS = 86_400_000;
const EARLIEST_MS = Date.UTC(1990, 0, 1);

/** Whether the time in a file's name may be one that the file is complete through. */
export function isCredibleEnd(endMs: number, nowMs: number): boolean {
  return endMs >= EARLIEST_MS && endMs <= nowMs + MAX_AHEAD_MS;
}

/**
 * Reads the time in a file's name: the first place in it that the pattern fits. Undefined where it fits nowhere.
 *
 * @param timeZone of a time without an offset.
 * @throws RangeError for a pattern or a time zone that is not understood.
 */
export function createFileNameTime(format: string, timeZone: string): (name: string) => number | undefined {
  const mistake = fileNameFormatMistake(format);
  const readTime = compileTimeFormat(format);
  if (mistake !== undefined || readTime === undefined) throw new RangeError(mistake);
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
