import { daysFromCivil } from './civil-days.ts';

const ZERO = 48;
const NINE = 57;
const DAY_MS = 86_400_000;

/**
 * A time stamp as it is written, reused from row to row: wall-clock time as if it were UTC, and minutes east of UTC where
 * the text says them. `isInstant`: the text names an instant, and nothing of the place (epoch, or Z).
 */
export interface TimeReading {
  wallMs: number;
  offsetMinutes: number | undefined;
  isInstant: boolean;
}

/** Fills the reading; false for a text that is not such a time, or a time that does not exist (31 February). */
export type ReadTime = (text: string, reading: TimeReading) => boolean;

/** Compiles a format: iso, epoch-ms, epoch-s, or a pattern. Undefined for a pattern that is not understood. */
export function compileTimeFormat(format: string): ReadTime | undefined {
  if (format === 'iso') return readIso;
  if (format === 'epoch-ms') return epochReader(1, /^-?\d{1,15}$/);
  if (format === 'epoch-s') return epochReader(1_000, /^-?\d{1,12}(?:\.\d{1,9})?$/);
  return compilePattern(format);
}

function epochReader(factor: number, shape: RegExp): ReadTime {
  return (text, reading) => {
    if (!shape.test(text)) return false;
    reading.wallMs = Math.round(Number(text) * factor);
    reading.offsetMinutes = 0;
    reading.isInstant = true;
    return true;
  };
}

type Part = 'yyyy' | 'yy' | 'MM' | 'dd' | 'HH' | 'mm' | 'ss' | 'SSS';
const PARTS: readonly string[] = ['yyyy', 'yy', 'MM', 'dd', 'HH', 'mm', 'ss', 'SSS'];
const TOKEN = /yyyy|yy|MM|dd|HH|mm|ss|SSS|xx|'([^']*)'|[^A-Za-z']/y;

interface Pattern {
  readonly positions: Readonly<Partial<Record<Part, number>>>;
  readonly literals: readonly (readonly [at: number, code: number])[];
  /** Where an offset of any length begins, which is then the end of the text. */
  readonly offsetAt: number | undefined;
  readonly length: number;
}

function compilePattern(format: string): ReadTime | undefined {
  const pattern = parsePattern(format);
  if (pattern === undefined) return undefined;
  const { positions, literals, offsetAt, length } = pattern;
  const { yyyy, yy, MM, dd, HH, mm, ss, SSS } = positions;
  const readOffset = rememberLast(parseOffset);
  return (text, reading) => {
    if (offsetAt === undefined ? text.length !== length : text.length <= length) return false;
    for (const [at, code] of literals) if (text.charCodeAt(at) !== code) return false;
    const year = yyyy === undefined ? 2_000 + digitsAt(text, yy, 2, 0) : digitsAt(text, yyyy, 4, 0);
    const month = digitsAt(text, MM, 2, 1);
    const day = digitsAt(text, dd, 2, 1);
    const timeMs = timeOfDayMs(
      digitsAt(text, HH, 2, 0),
      digitsAt(text, mm, 2, 0),
      digitsAt(text, ss, 2, 0),
      digitsAt(text, SSS, 3, 0),
    );
    return settle(
      reading,
      daysFromCivil(year, month, day),
      timeMs,
      offsetAt === undefined ? '' : text.slice(offsetAt),
      readOffset,
    );
  };
}

function parsePattern(format: string): Pattern | undefined {
  const positions: Partial<Record<Part, number>> = {};
  const literals: [number, number][] = [];
  let offsetAt: number | undefined;
  let length = 0;
  for (let at = 0; at < format.length;) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(format);
    // Nothing can follow an offset: its length is open.
    if (match === null || offsetAt !== undefined) return undefined;
    const [token, quoted] = match;
    at += token.length;
    if (token === 'xx') {
      offsetAt = length;
    } else if (isPart(token)) {
      if (positions[token] !== undefined) return undefined;
      positions[token] = length;
      length += token.length;
    } else {
      for (const char of quoted ?? token) {
        literals.push([length, char.charCodeAt(0)]);
        length += 1;
      }
    }
  }
  const hasYear = (positions.yyyy === undefined) !== (positions.yy === undefined);
  const complete = hasYear && positions.MM !== undefined && positions.dd !== undefined;
  return complete ? { positions, literals, offsetAt, length } : undefined;
}

function isPart(token: string): token is Part {
  return PARTS.includes(token);
}

/** ISO 8601 as RFC 3339 has it, also without seconds, without offset, or the date alone. */
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?([Zz]|[+-]\d{2}(?::?\d{2})?)?)?$/;

function readIso(text: string, reading: TimeReading): boolean {
  const match = ISO.exec(text);
  if (match === null) return false;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', offset = ''] = match;
  const milliseconds = Math.floor(Number(`0.${fraction}`) * 1_000 + 1e-6);
  const timeMs = timeOfDayMs(Number(hour), Number(minute), Number(second), milliseconds);
  return settle(reading, daysFromCivil(Number(year), Number(month), Number(day)), timeMs, offset, parseOffset);
}

/** An absent offset is '' and leaves the reading local; NaN days or time of day make it none. */
function settle(
  reading: TimeReading,
  days: number,
  timeMs: number,
  offset: string,
  readOffset: (text: string) => number | undefined,
): boolean {
  const wallMs = days * DAY_MS + timeMs;
  if (wallMs !== wallMs) return false;
  reading.wallMs = wallMs;
  reading.offsetMinutes = undefined;
  reading.isInstant = false;
  if (offset === '') return true;
  reading.offsetMinutes = readOffset(offset);
  reading.isInstant = offset === 'Z' || offset === 'z';
  return reading.offsetMinutes !== undefined;
}

/** The offsets of a source are few, and mostly the same from row to row. */
function rememberLast<T>(read: (text: string) => T): (text: string) => T {
  let lastText = '';
  let last = read(lastText);
  return (text) => {
    if (text !== lastText) {
      last = read(text);
      lastText = text;
    }
    return last;
  };
}

/** Minutes east of UTC of +0800, +08:00, +08 or Z; undefined for anything else. */
export function parseOffset(text: string): number | undefined {
  if (text === 'Z' || text === 'z') return 0;
  const match = /^([+-])(\d{2})(?::?([0-5]\d))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, hours, minutes = '0'] = match;
  const magnitude = Number(hours) * 60 + Number(minutes);
  if (magnitude > 18 * 60) return undefined;
  return sign === '-' ? 0 - magnitude : magnitude;
}

/** A leap second is taken as the second before. NaN for a time that no clock shows. */
function timeOfDayMs(hour: number, minute: number, second: number, millisecond: number): number {
  if (!(hour <= 23 && minute <= 59 && second <= 60)) return Number.NaN;
  return ((hour * 60 + minute) * 60 + Math.min(second, 59)) * 1_000 + millisecond;
}

function digitsAt(text: string, at: number | undefined, count: number, absent: number): number {
  if (at === undefined) return absent;
  let value = 0;
  for (let index = at; index < at + count; index++) {
    const code = text.charCodeAt(index);
    if (!(code >= ZERO && code <= NINE)) return Number.NaN;
    value = value * 10 + (code - ZERO);
  }
  return value;
}
