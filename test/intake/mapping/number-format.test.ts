import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toImei } from '../../../services/intake/mapping/device-id.ts';
import { createNumberReader } from '../../../services/intake/mapping/number-format.ts';
import type { NumberFormat } from '../../../services/intake/mapping/number-format.ts';

const CHINA: NumberFormat = {
  countryCode: '86',
  trunkPrefix: '0',
  internationalPrefix: '00',
  nationalDigits: { min: 7, max: 12 },
  servicePrefixes: ['400', '800', '95'],
  nameSenders: false,
};

const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789')), minLength, maxLength });

/** Puts separators between the digits of a number, as people do. */
const separated = (number: string) =>
  fc
    .array(fc.constantFrom('', '', '', ' ', '-', '.', '/', ' (', ') ', '\u2011'), {
      minLength: number.length,
      maxLength: number.length,
    })
    .map((separators) =>
      Array.from(number)
        .map((char, index) => char + (separators[index] ?? ''))
        .join(''),
    );

test('one number has one form, however it is written', () => {
  const national = fc.tuple(fc.constantFrom('13', '18', '21', '75'), digits(7, 9)).map((parts) => parts.join(''));
  const ways = ['+86', '0086', '86', '0', ''];
  fc.assert(
    fc.property(
      national.chain((number) =>
        fc.tuple(
          fc.constant(number),
          fc.constantFrom(...ways).chain((way) => separated(way + number)),
        ),
      ),
      ([number, written]) => {
        assert.deepEqual(createNumberReader(CHINA)(written), { kind: 'party', digits: `86${number}` });
      },
    ),
    { numRuns: 1_000 },
  );
});

test('a number abroad keeps its country code', () => {
  const read = createNumberReader(CHINA);
  assert.deepEqual(read('+49 151 12345678'), { kind: 'party', digits: '4915112345678' });
  assert.deepEqual(read('00852-9123-4567'), { kind: 'party', digits: '85291234567' });
  const american = createNumberReader({
    ...CHINA,
    countryCode: '1',
    trunkPrefix: '1',
    internationalPrefix: '011',
    nationalDigits: { min: 10, max: 10 },
    servicePrefixes: [],
  });
  assert.deepEqual(american('(212) 555-0123'), { kind: 'party', digits: '12125550123' });
  assert.deepEqual(american('1-212-555-0123'), { kind: 'party', digits: '12125550123' });
  assert.deepEqual(american('011 49 151 12345678'), { kind: 'party', digits: '4915112345678' });
  assert.deepEqual(american('tel:+12125550123'), { kind: 'party', digits: '12125550123' });
});

test('short codes, hotlines and service codes are services and stay as they are dialled', () => {
  const read = createNumberReader(CHINA);
  for (const dialled of ['10086', '110', '4008123123', '95588', '*100#', '8001234567']) {
    assert.deepEqual(read(dialled), { kind: 'service', digits: dialled });
  }
  assert.deepEqual(read('+8610086'), { kind: 'service', digits: '10086' });
  assert.deepEqual(createNumberReader({ ...CHINA, nameSenders: true })('MyBank'), {
    kind: 'service',
    digits: 'MyBank',
  });
});

test('what is no number is none', () => {
  const read = createNumberReader(CHINA);
  for (const text of ['anonymous', '+', '+86', '86139abc00001', '+0123456789', '1234567890123456', 'a13900000001']) {
    assert.equal(read(text), undefined, text);
  }
});

test('without a format digits are international', () => {
  const read = createNumberReader();
  for (const text of ['+8613900000001', '008613900000001', '86 139 0000 0001']) {
    assert.deepEqual(read(text), { kind: 'party', digits: '8613900000001' });
  }
  assert.deepEqual(read('10086'), { kind: 'service', digits: '10086' });
  assert.equal(read('x10086'), undefined);
});

test('a reader that remembers the last number forgets it for the next', () => {
  const read = createNumberReader(CHINA);
  assert.equal(read('13900000001')?.digits, '8613900000001');
  assert.equal(read('13900000001')?.digits, '8613900000001');
  assert.equal(read('nobody'), undefined);
  assert.equal(read('13900000002')?.digits, '8613900000002');
});

test('a device is the same whether its check digit, a zero, a version or nothing stands behind its fourteen digits', () => {
  assert.equal(toImei('49015420323751'), '490154203237518');
  for (const text of ['490154203237518', '490154203237510', '4901542032375101', '49-015420-323751-8']) {
    assert.equal(toImei(text), '490154203237518', text);
  }
  for (const text of ['', '4901542032375', '49015420323751012', '49015420323751X'])
    assert.equal(toImei(text), undefined);
});
