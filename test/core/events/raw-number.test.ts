import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isBareNumber, mayHoldNumber, withoutNumbers } from '../../../services/core/events/raw-number.ts';
import { createPseudonymizer } from '../../../services/platform/crypto/pseudonym.ts';

const NUMBER = '8613900001111';
const WAYS = [
  NUMBER,
  `+${NUMBER}`,
  `00${NUMBER}`,
  '13900001111',
  '013900001111',
  '139 0000 1111',
  '+86 (139) 0000-1111',
  '139.0000.1111',
];
const pseudonymOf = createPseudonymizer({ keyId: 'k1', secret: 'a secret of the tests only' });

test('an id of digits alone is a number in clear; no pseudonym is', () => {
  for (const id of [NUMBER, `+${NUMBER}`, '13900001111', '356977889012345']) assert.ok(isBareNumber(id), id);
  for (const id of ['', 's1', '123456', 'k1-13900001111', `${NUMBER}${NUMBER}`]) assert.ok(!isBareNumber(id), id);
  fc.assert(
    fc.property(fc.string(), (raw) => {
      assert.ok(!isBareNumber(pseudonymOf(raw)));
    }),
  );
});

test('a number is found however it is written, and whatever bytes are around it', () => {
  const around = fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
  const written = fc.constantFrom(...WAYS.flatMap((way) => [way, Buffer.from(way, 'utf16le').toString('latin1')]));
  fc.assert(
    fc.property(around, written, around, (before, number, after) => {
      assert.ok(mayHoldNumber(`${before}${number}${after}`));
    }),
  );
  for (const text of ['', 'k1-person0001', 'no such host', '2026-01-05', 'a 1 b 2 c 3'])
    assert.ok(!mayHoldNumber(text));
});

test('numbers are left out of what people write; dates, times and amounts stay', () => {
  for (const way of WAYS) assert.equal(withoutNumbers(`call ${way}, please`), 'call [number], please');
  assert.equal(withoutNumbers('请拨１３９００００１１１１。'), '请拨[number]。');
  for (const text of [
    'on 2026-01-05 at 10:15',
    '2026-01-05T10:15:00.123 said',
    'pays 1200.50 for 12 months',
    'x 10-12, 14-16',
  ]) {
    assert.equal(withoutNumbers(text), text);
  }
  assert.equal(withoutNumbers('2026-01-05 13900001111'), '2026-01-05 [number]');
});
