import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { eventOf, mapperOf, mistakesOf } from '../../support/feed-mapping.ts';

const mapping = (numbers: string): string => `
  format: csv
  csv: { header: [reference, who, other, device] }
  ${numbers}
  records:
    - event: call
      id: [reference]
      subscriber: { from: who, pseudonym: none }
      occurredAt: { from: reference, format: epoch-s }
      fields:
        otherParty.partyId: { from: other, pseudonym: none, optional: true }
        imeiHash: { from: device, pseudonym: none, optional: true }
`;
const CHINA = "numbers: { countryCode: '86', trunkPrefix: '0', nationalDigits: { min: 5, max: 11 } }";
const COLUMNS = ['reference', 'who', 'other', 'device'];
const IN_CLEAR = [
  '8613900000001',
  '+86 139 0000 0001',
  'tel:+86-139-0000-0001',
  '013900000001',
  '008613900000001',
  '(0139) 000.00.001',
  '490154203237518',
  '49-015420-323751-8',
  '4901542032375186',
];

test('where the source is said to hold pseudonyms, a phone number or device id in clear is rejected and does not reach the log', () => {
  for (const map of [mapperOf(mapping(''), COLUMNS), mapperOf(mapping(CHINA), COLUMNS)]) {
    for (const raw of IN_CLEAR) {
      for (const [at, field] of ['subscriber', 'otherParty.partyId', 'imeiHash'].entries()) {
        const mapped = map(['1741774500', 'p-1', 'p-2', 'p-3'].with(at + 1, raw));
        assert.ok(mapped.kind === 'rejected', raw);
        assert.deepEqual([mapped.field, mapped.reason], [field, 'not_a_pseudonym'], raw);
      }
    }
  }
});

test('a number too short elsewhere is one where the mapping says that numbers are so short', () => {
  const row = ['1741774500', '861234567', '', ''].with(1, '12345');
  assert.equal(mapperOf(mapping(CHINA), COLUMNS)(row).kind, 'rejected');
  assert.equal(mapperOf(mapping(''), COLUMNS)(row).kind, 'event');
});

test('pseudonyms are taken as they are', () => {
  const map = mapperOf(mapping(CHINA), COLUMNS);
  const digest = fc
    .uint8Array({ minLength: 16, maxLength: 32 })
    .map((bytes) => `k1-${Buffer.from(bytes).toString('hex')}`);
  fc.assert(
    fc.property(fc.oneof(digest, fc.uuid()), (pseudonym) => {
      assert.equal(eventOf(map(['1741774500', pseudonym, '', ''])).subscriberId, pseudonym);
    }),
  );
});

test('a source that is pseudonymised elsewhere in the record is raw where it is said to be a pseudonym', () => {
  assert.deepEqual(
    mistakesOf(`
  format: csv
  csv: { header: [reference, who] }
  records:
    - event: call
      id: [reference]
      subscriber: who
      occurredAt: { from: reference, format: epoch-s }
      fields: { callReference: { from: who, pseudonym: none } }
`),
    [
      'mapping.records[0].fields.callReference: would hold a raw number: its source is pseudonymised elsewhere in this record',
    ],
  );
});
