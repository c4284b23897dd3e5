import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { markedNumbers, needlesOfNumbers, writtenWays } from './markers.ts';
import { search } from './search.ts';

const numbers = markedNumbers('139778899');
const needles = needlesOfNumbers('a number', numbers);

/** Ways of keeping a text among other bytes. */
const WRAPPINGS: Readonly<Record<string, (before: Buffer, text: string, after: Buffer) => Buffer>> = {
  utf8: (before, text, after) => Buffer.concat([before, Buffer.from(text), after]),
  utf16le: (before, text, after) => Buffer.concat([before, Buffer.from(text, 'utf16le'), after]),
  utf16be: (before, text, after) => Buffer.concat([before, Buffer.from(text, 'utf16le').swap16(), after]),
  base64: (before, text, after) => Buffer.from(Buffer.concat([before, Buffer.from(text), after]).toString('base64')),
  base64url: (before, text, after) =>
    Buffer.from(Buffer.concat([before, Buffer.from(text, 'utf16le'), after]).toString('base64url')),
  hex: (before, text, after) => Buffer.from(Buffer.concat([before, Buffer.from(text), after]).toString('hex')),
};

test('a number is found in every way of writing and keeping it, among any bytes', () => {
  const bytes = fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array));
  fc.assert(
    fc.property(bytes, bytes, fc.nat(99), fc.nat(7), (before, after, nth, way) => {
      const text = writtenWays(numbers.numberOf(nth))[way] ?? assert.fail();
      for (const [name, wrap] of Object.entries(WRAPPINGS)) {
        const place = { kind: 'log of a process', name, bytes: wrap(before, text, after) } as const;
        assert.notDeepEqual(search([place], needles), [], `${text} in ${name}`);
      }
    }),
    { numRuns: 200 },
  );
});

test('what is near a number is none', () => {
  const text = '13977880000 139778891 8613977 8899 1397788';
  assert.deepEqual(search([{ kind: 'log of a process', name: '', bytes: Buffer.from(text) }], needles), []);
});
