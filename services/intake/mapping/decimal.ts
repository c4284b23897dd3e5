import type { Ratio } from './units.ts';

const ZERO = 48;
const NINE = 57;
const MINUS = 45;
const PLUS = 43;
/** Any integer of so many digits is exact in a double. */
const SAFE_DIGITS = 15;
const MAX_LONG_LENGTH = 60;

/**
 * Reads a decimal number times a ratio as an integer, rounded to the nearest, halves away from zero; exact where a
 * double's multiplication would not be (1.005 × 100 is 101). Undefined for anything else than a plain decimal, and for
 * what a double cannot hold exactly.
 *
 * @param decimalSign character code of the decimal sign.
 */
export function parseScaled(text: string, ratio: Ratio, decimalSign: number): number | undefined {
  const first = text.charCodeAt(0);
  const start = first === MINUS || first === PLUS ? 1 : 0;
  let mantissa = 0;
  let digits = 0;
  let fraction = -1;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= NINE) {
      mantissa = mantissa * 10 + (code - ZERO);
      if (mantissa > 0) digits++;
      if (fraction >= 0) fraction++;
      if (digits > SAFE_DIGITS) return parseLong(text, ratio, decimalSign);
    } else if (code === decimalSign && fraction < 0 && at > start) {
      fraction = 0;
    } else {
      return undefined;
    }
  }
  if (text.length === start || fraction === 0) return undefined;
  const magnitude = divide(
    mantissa * ratio.numerator,
    fraction > 0 ? ratio.denominator * 10 ** fraction : ratio.denominator,
  );
  if (magnitude === undefined) return parseLong(text, ratio, decimalSign);
  return first === MINUS && magnitude !== 0 ? -magnitude : magnitude;
}

function divide(numerator: number, denominator: number): number | undefined {
  if (denominator === 1) return numerator <= Number.MAX_SAFE_INTEGER ? numerator : undefined;
  if (numerator > Number.MAX_SAFE_INTEGER || denominator > Number.MAX_SAFE_INTEGER / 2) return undefined;
  const rest = numerator % denominator;
  // The rest taken away first, the division is exact.
  return (numerator - rest) / denominator + (rest * 2 >= denominator ? 1 : 0);
}

/** The same for numbers of many digits. */
function parseLong(text: string, ratio: Ratio, decimalSign: number): number | undefined {
  // First of all: on long digits with something else behind them the pattern would go back and forth.
  if (text.length > MAX_LONG_LENGTH) return undefined;
  const match = /^([+-]?)(\d+)(?:([.,])(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', point, fraction = ''] = match;
  if (point !== undefined && point.charCodeAt(0) !== decimalSign) return undefined;
  const numerator = BigInt(whole + fraction) * BigInt(ratio.numerator);
  const denominator = BigInt(ratio.denominator) * 10n ** BigInt(fraction.length);
  const magnitude = Number((numerator * 2n + denominator) / (denominator * 2n));
  if (!Number.isSafeInteger(magnitude)) return undefined;
  return sign === '-' && magnitude !== 0 ? -magnitude : magnitude;
}

/** Seconds of a duration written h:mm:ss, mm:ss or hhmmss; undefined for anything else. */
export function parseClockDuration(text: string): number | undefined {
  const match = /^(?:(\d{1,4}):)?([0-5]?\d):([0-5]\d)$/.exec(text) ?? /^(\d{2,3})([0-5]\d)([0-5]\d)$/.exec(text);
  if (match === null) return undefined;
  const [, hours = '0', minutes, seconds] = match;
  return Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
}
