import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { TruncatedSourceError, readText } from '../../../services/intake/sources/read-text.ts';

async function textOf(bytes: Buffer, step = 7): Promise<{ text: string; counted: number }> {
  const pieces: Buffer[] = [];
  for (let from = 0; from < bytes.length; from += step) pieces.push(bytes.subarray(from, from + step));
  let [text, counted] = ['', 0];
  const source = Readable.from(pieces, { objectMode: false });
  for await (const piece of readText(source, 'utf-8', (length) => (counted += length))) text += piece;
  return { text, counted };
}

test('UTF-8 is decoded across the cuts, gzip or not, in one member or several', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 40 }),
      async (parts, isGzip, step) => {
        const bytes = Buffer.concat(parts.map((part) => (isGzip ? gzipSync(part) : Buffer.from(part))));
        const { text, counted } = await textOf(bytes, step);
        assert.equal(text, parts.join('').replace(/^\uFEFF/, ''));
        assert.equal(counted, bytes.length, 'bytes are counted as they lie on the disk');
      },
    ),
    { numRuns: 100 },
  );
});

test('a byte-order mark is no part of the first name', async () => {
  assert.equal((await textOf(Buffer.from('\uFEFFa,b\n1,2\n'), 1)).text, 'a,b\n1,2\n');
});

test('gzip that ends too early is told as such, after what could be read', async () => {
  const whole = gzipSync('a,b\n'.repeat(10_000), { level: 0 });
  await assert.rejects(textOf(whole.subarray(0, whole.length - 5)), TruncatedSourceError);
  const damaged = Buffer.from(whole);
  damaged.fill(0xff, 5_000, 5_100);
  await assert.rejects(textOf(damaged), TruncatedSourceError);
});

test('an empty stream is an empty text', async () => {
  assert.deepEqual(await textOf(Buffer.alloc(0)), { text: '', counted: 0 });
});
