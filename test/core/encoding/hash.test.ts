import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hash32, hash48 } from '../../../services/core/encoding/hash.ts';

const GOLDEN32 = {
  '': 2872998923,
  a: 444641715,
  'k1-subscriberA': 856089701,
  转网: 410308016,
  '😀': 1787143206,
  'cdr-0000000001': 2667661872,
};

const GOLDEN48: readonly (readonly [string, string, number])[] = [
  ['', '', 206579370670406],
  ['voice', 'cdr-1', 276358622278036],
  ['voice', 'cdr-2', 224767783298584],
  ['data', 'cdr-1', 144928852766519],
  ['转网', '😀', 129171270508898],
];

// Stored states hold these values: if one changes, every state in every Redis is read wrongly.
test('hashes never change', () => {
  const known32: Record<string, number> = GOLDEN32;
  for (const text in known32) assert.equal(hash32(text), known32[text], text);
  for (const [first, second, hash] of GOLDEN48) assert.equal(hash48(first, second), hash, `${first}|${second}`);
});

test('a 48-bit hash is a whole number below 2^48, and a 32-bit hash one below 2^32', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (first, second) => {
      const wide = hash48(first, second);
      const narrow = hash32(first);
      assert.ok(Number.isSafeInteger(wide) && wide >= 0 && wide < 2 ** 48);
      assert.ok(Number.isSafeInteger(narrow) && narrow >= 0 && narrow < 2 ** 32);
    }),
  );
});

test('where the first text ends matters', () => {
  assert.notEqual(hash48('ab', 'c'), hash48('a', 'bc'));
  assert.notEqual(hash48('', 'abc'), hash48('abc', ''));
});

test('half a million serial ids of one feed do not collide', () => {
  const seen = new Set<number>();
  for (let i = 0; i < 500_000; i++) seen.add(hash48('voice', `cdr-${i}`));
  assert.equal(seen.size, 500_000);
});

test('slots of a day are filled evenly by serial ids', () => {
  const filled = new Array<number>(288).fill(0);
  for (let i = 0; i < 288_000; i++) {
    const slot = hash32(`k1-${i.toString(16)}`) % 288;
    filled[slot] = (filled[slot] ?? 0) + 1;
  }
  assert.ok(
    Math.min(...filled) > 850 && Math.max(...filled) < 1_150,
    `${Math.min(...filled)} to ${Math.max(...filled)}`,
  );
});
