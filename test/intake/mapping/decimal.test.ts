import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseClockDuration, parseScaled } from '../../../services/intake/mapping/decimal.ts';
import { MONEY_UNITS, SIZE_UNITS, TIME_UNITS, ratioBetween } from '../../../services/intake/mapping/units.ts';

const POINT = '.'.charCodeAt(0);
const COMMA = ','.charCodeAt(0);
const ONE = { numerator: 1, denominator: 1 };

/** What the number would be in exact arithmetic; undefined beyond what a double holds. */
function scaledByHand(text: string, numerator: bigint, denominator: bigint): number | undefined {
  const negative = text.startsWith('-');
  const [whole = '', fraction = ''] = text.replace(/^[+-]/, '').split('.');
  const top = BigInt(whole + fraction) * numerator;
  const bottom = denominator * 10n ** BigInt(fraction.length);
  const quotient = top / bottom + ((top % bottom) * 2n >= bottom ? 1n : 0n);
  if (quotient > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return negative && quotient > 0n ? -Number(quotient) : Number(quotient);
}

const decimals = fc
  .tuple(
    fc.constantFrom('', '-', '+'),
    fc.string({ unit: fc.constantFrom(...Array.from('0123456789')), minLength: 1, maxLength: 18 }),
    fc.string({ unit: fc.constantFrom(...Array.from('0123456789')), maxLength: 8 }),
  )
  .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`);

test('a decimal times a unit is what exact arithmetic says, rounded to the nearest', () => {
  const pairs = [
    ...MONEY_UNITS.map((unit) => [unit, 'minor'] as const),
    ...TIME_UNITS.flatMap((unit) => [[unit, 's'] as const, [unit, 'min'] as const]),
    ...SIZE_UNITS.map((unit) => [unit, 'B'] as const),
    ['bit/s', 'kbit/s'] as const,
    ['Mbit/s', 'kbit/s'] as const,
  ];
  fc.assert(
    fc.property(decimals, fc.constantFrom(...pairs), fc.integer({ min: 0, max: 3 }), (text, [from, to], digits) => {
      const ratio = ratioBetween(from, to, digits);
      const expected = scaledByHand(text, BigInt(ratio.numerator), BigInt(ratio.denominator));
      assert.equal(parseScaled(text, ratio, POINT), expected);
    }),
    { numRuns: 2_000 },
  );
});

test('money of a half cent is rounded as on paper, where floating point would not', () => {
  const cents = ratioBetween('major', 'minor', 2);
  assert.equal(parseScaled('1.005', cents, POINT), 101);
  assert.equal(parseScaled('-1.005', cents, POINT), -101);
  assert.equal(parseScaled('8.7', cents, POINT), 870);
  assert.equal(parseScaled('0', cents, POINT), 0);
  assert.equal(Object.is(parseScaled('-0.001', cents, POINT), 0), true);
});

test('units are what they are', () => {
  const convert = (text: string, from: Parameters<typeof ratioBetween>[0], to: Parameters<typeof ratioBetween>[1]) =>
    parseScaled(text, ratioBetween(from, to, 2), POINT);
  assert.equal(convert('1.5', 'h', 's'), 5_400);
  assert.equal(convert('1499', 'ms', 's'), 1);
  assert.equal(convert('1500', 'ms', 's'), 2);
  assert.equal(convert('90', 's', 'min'), 2);
  assert.equal(convert('2', 'MiB', 'B'), 2_097_152);
  assert.equal(convert('2', 'MB', 'B'), 2_000_000);
  assert.equal(convert('1234', 'thousandth', 'minor'), 123);
  assert.equal(parseScaled('1.234', ratioBetween('major', 'minor', 3), POINT), 1_234);
  assert.equal(parseScaled('12', ratioBetween('major', 'minor', 0), POINT), 12);
});

test('what is no plain decimal is refused', () => {
  for (const text of [
    '',
    '-',
    '+',
    '.',
    '1.',
    '.5',
    '1e3',
    '1,000',
    '0x10',
    '１２',
    ' 1',
    '1 ',
    '--1',
    '1.2.3',
    'NaN',
  ]) {
    assert.equal(parseScaled(text, ONE, POINT), undefined, text);
  }
  assert.equal(parseScaled('1,5', { numerator: 10, denominator: 1 }, COMMA), 15);
  assert.equal(parseScaled('1.5', ONE, COMMA), undefined);
  assert.equal(parseScaled('9007199254740993', ONE, POINT), undefined);
});

test('a duration may be written as a clock shows it', () => {
  assert.equal(parseClockDuration('1:02:03'), 3_723);
  assert.equal(parseClockDuration('02:03'), 123);
  assert.equal(parseClockDuration('010203'), 3_723);
  for (const text of ['1:60:00', '1:00:60', '12', '1234', '', 'ab:cd'])
    assert.equal(parseClockDuration(text), undefined);
});
