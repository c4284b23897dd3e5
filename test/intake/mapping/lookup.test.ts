import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createExactLookup, createPrefixLookup } from '../../../services/intake/mapping/lookup.ts';

const digits = fc.string({ unit: fc.constantFrom('0', '1', '2', '8', '9'), maxLength: 6 });

test('of all prefixes that a key starts with, the longest is taken', () => {
  fc.assert(
    fc.property(fc.uniqueArray(digits, { maxLength: 20 }), digits, (prefixes, key) => {
      const find = createPrefixLookup(prefixes.map((prefix) => [prefix, `<${prefix}>`]));
      const naive = prefixes.filter((prefix) => key.startsWith(prefix)).toSorted((a, b) => b.length - a.length)[0];
      assert.equal(find(key), naive === undefined ? undefined : `<${naive}>`);
    }),
  );
});

test('a prefix may hold any character, and a value may be false, 0 or empty', () => {
  const find = createPrefixLookup<string | number | boolean>([
    ['460-0', false],
    ['460-01', ''],
    ['移动', 0],
  ]);
  assert.equal(find('460-00-1'), false);
  assert.equal(find('460-01-1'), '');
  assert.equal(find('移动1'), 0);
  assert.equal(find('46'), undefined);
});

test('an exact lookup takes whole keys only', () => {
  const find = createExactLookup([['MO', 1]]);
  assert.equal(find('MO'), 1);
  assert.equal(find('MOC'), undefined);
});
