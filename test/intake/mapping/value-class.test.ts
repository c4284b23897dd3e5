import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseScaled } from '../../../services/intake/mapping/decimal.ts';
import { toImei } from '../../../services/intake/mapping/device-id.ts';
import { createNumberReader } from '../../../services/intake/mapping/number-format.ts';
import { valueClassOf } from '../../../services/intake/mapping/value-class.ts';
import { CALLS, COLUMNS, GOOD } from '../../support/calls-mapping.ts';
import { mapperOf } from '../../support/feed-mapping.ts';

const MEGABYTE = 1_048_576;
/** Each makes a pattern that is not careful go back and forth for hours. */
const LONG = ['1', '1.', '0', '.', '.0', '-', '+', ' 1', '1 ', '(', '1:'].map((unit) =>
  unit.repeat(MEGABYTE / unit.length),
);

test('a value is told by its kind and length', () => {
  const classes = {
    '': 'empty',
    ' ': 'empty',
    '86139': 'digits(5)',
    '+1': 'number',
    '-1,5': 'number',
    '.5': 'number',
    '1.': 'text(2)',
    '1.2.3': 'text(5)',
    ['1'.repeat(99)]: 'digits(99)',
    ['x'.repeat(99)]: 'text(99)',
  };
  for (const [text, expected] of Object.entries(classes)) assert.equal(valueClassOf(text), expected, text);
  assert.equal(valueClassOf(undefined), 'absent');
});

test('of a text of more than 99 characters nothing but that is told, so that its length costs nothing', () => {
  for (const text of ['1'.repeat(100), 'x'.repeat(100), ...LONG]) {
    assert.equal(valueClassOf(text), 'text(more than 99)');
    assert.equal(valueClassOf(`${text}x`), 'text(more than 99)');
  }
});

test('no cell of a megabyte, whatever it holds, keeps a mapping from its next row', () => {
  const map = mapperOf(CALLS, COLUMNS);
  const readNumber = createNumberReader({
    countryCode: '86',
    trunkPrefix: '0',
    internationalPrefix: '00',
    nationalDigits: { min: 7, max: 12 },
    servicePrefixes: [],
    nameSenders: true,
  });
  for (const long of LONG) {
    for (const text of [long, `${long}x`, `x${long}`, `1${long}-`]) {
      for (const at of COLUMNS.keys()) map(GOOD.with(at, text));
      assert.equal(parseScaled(text, { numerator: 1, denominator: 1 }, 46), undefinedUnlessZero(text));
      assert.equal(readNumber(text), undefined);
      assert.equal(toImei(text), undefined);
    }
  }
});

/** A million zeros are a zero. */
function undefinedUnlessZero(text: string): 0 | undefined {
  return /^0+$/.test(text) ? 0 : undefined;
}
