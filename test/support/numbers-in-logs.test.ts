import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { writtenWays } from '../faults/privacy/markers.ts';
import { ANY_MOBILE_NUMBER, numbersInLogs } from './numbers-in-logs.ts';

function isFoundIn(text: string): boolean {
  if (!('isIn' in ANY_MOBILE_NUMBER)) assert.fail();
  return ANY_MOBILE_NUMBER.isIn(Buffer.from(text));
}

const number = fc
  .tuple(fc.integer({ min: 3, max: 9 }), fc.nat(999_999_999))
  .map(([second, rest]) => `861${second}${String(rest).padStart(9, '0')}`);

test('a mobile number is found in a log however it is written', () => {
  const around = fc.constantFrom('', ' ', '"', ':', '/', '=', ',', '(', '\n', 'to ', 'msisdn=');
  fc.assert(
    fc.property(number, fc.nat(7), around, fc.constantFrom('', ' ', '"', ',', '\n', '}'), (own, way, before, after) => {
      const written = writtenWays(own)[way] ?? assert.fail();
      assert.ok(isFoundIn(`{"time":1763888400123,"msg":"${before}${written}${after}"`), written);
      assert.ok(isFoundIn(`/risks?${encodeURIComponent(`number=+${own}`)}`), own);
      assert.ok(isFoundIn(`subscriber${own}s`), own);
    }),
  );
});

test('times, offsets, decimals and random ids are no mobile numbers', () => {
  const fixed = [
    '{"level":30,"time":1763888400123,"pid":13912,"offset":"139123456789","ns":1391234567890123456}',
    '0.13912345678 and 12.8613912345678',
    '2025-01-06T00:00:00.139Z 10.139.1234.5678 127.0.0.1:13912',
    '1391234567 12912345678 10012345678',
  ];
  for (const text of fixed) assert.ok(!isFoundIn(text), text);
  assert.ok(!isFoundIn('seen by a139-1234-5678-13912345678f'), 'groups of an id');
  assert.ok(!isFoundIn('0a1b2c3d-0139-1234-5678-013912345678'), 'an id of digits alone');
  const ids = Array.from({ length: 5_000 }, () => [
    randomUUID(),
    `test-${randomUUID()}-${randomUUID()}`,
    randomBytes(32).toString('hex'),
    randomBytes(8).toString('hex'),
    `k1-${randomBytes(16).toString('base64url')}`,
  ]).flat();
  // One of 16 bytes in hex may be of digits alone, and longer than any number then.
  assert.deepEqual(
    ids.filter((id) => isFoundIn(`{"id":"${id}"}`)),
    [],
  );
});

test('what is found is told by file and kind, and only logs are looked at', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'churn-logs-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  mkdirSync(join(folder, 'logs'));
  writeFileSync(join(folder, 'numbers-1.txt'), '8613812345678\n');
  writeFileSync(join(folder, 'logs', 'scorer-1.log'), '{"msg":"all is well"}\n');
  assert.deepEqual(numbersInLogs(folder), []);
  writeFileSync(join(folder, 'logs', 'scorer-2.log'), '{"msg":"unknown subscriber 13812345678"}\n');
  writeFileSync(
    join(folder, 'logs', 'retention-3.log'),
    `{"body":"${Buffer.from('{"number":"8613977889901"}').toString('base64')}"}\n`,
  );
  const told = numbersInLogs(folder);
  assert.deepEqual(told.toSorted(), [
    'a mobile number of China stands as text in a log of a process: logs/scorer-2.log',
    'a number stands in Base64 in a log of a process: logs/retention-3.log',
  ]);
});
