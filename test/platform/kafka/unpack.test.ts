import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { unpackers } from '../../../services/platform/kafka/codecs.ts';
import { CompressionError } from '../../../services/platform/kafka/compression/compressed-bytes.ts';

const LIMIT = 100_000;
const kinds = Object.keys(unpackers) as (keyof typeof unpackers)[];
const text = 'a subscriber, another subscriber, '.repeat(40);

const bareSnappy = snappyOf(Buffer.from(text));
/** As Java's producers frame their blocks. */
const framedSnappy = Buffer.concat([
  Buffer.from('\x82SNAPPY\0\0\0\0\x01\0\0\0\x01', 'latin1'),
  ...[bareSnappy, bareSnappy].flatMap((block) => [int32(block.length), block]),
]);

/** "abcd", repeated by a match that overlaps itself, then five literals. */
const lz4 = Buffer.concat([
  Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]),
  lz4Block(Buffer.from([0x4f, 0x61, 0x62, 0x63, 0x64, 0x04, 0x00, 0xff, 0x0a, 0x50, 0x76, 0x77, 0x78, 0x79, 0x7a])),
  // A second block, stored as it is.
  Buffer.from([0x03, 0x00, 0x00, 0x80, 0x31, 0x32, 0x33]),
  Buffer.alloc(4),
]);

test('each kind is unpacked to what was packed', async () => {
  const bytes = Buffer.from(text);
  assert.deepEqual(await unpackers.gzip(gzipSync(bytes), LIMIT), bytes);
  assert.deepEqual(await unpackers.zstd(zstdCompressSync(bytes), LIMIT), bytes);
  assert.deepEqual(await unpackers.snappy(bareSnappy, LIMIT), bytes);
  assert.deepEqual(await unpackers.snappy(framedSnappy, LIMIT), Buffer.concat([bytes, bytes]));
  const unpacked = (await unpackers.lz4(lz4, LIMIT)).toString();
  assert.equal(unpacked, `${'abcd'.repeat(72)}ab`.slice(0, 4 + 15 + 255 + 10 + 4) + 'vwxyz123');
});

test('nothing is unpacked beyond the limit, however small it is packed', async () => {
  const bomb = Buffer.alloc(10_000_000);
  await assert.rejects(unpackers.gzip(gzipSync(bomb), LIMIT), /unpacks to more than 100000 bytes/);
  await assert.rejects(unpackers.zstd(zstdCompressSync(bomb), LIMIT), /unpacks to more than 100000 bytes/);
  // Copies of 64 bytes, one byte back: three bytes each.
  const copies = Buffer.concat([Buffer.from([0xff, 0xff, 0x7f, 0x00, 0x00]), repeated([0xfe, 0x01, 0x00], 2_000)]);
  await assert.rejects(unpackers.snappy(copies, LIMIT), /unpacks to more than 100000 bytes/);
  const long = Buffer.concat([
    Buffer.from([0x1f, 0x00, 0x01, 0x00]),
    repeated([0xff], 1_000),
    Buffer.from([0, 0x10, 0]),
  ]);
  const frame = Buffer.concat([lz4.subarray(0, 7), lz4Block(long), Buffer.alloc(4)]);
  await assert.rejects(unpackers.lz4(frame, LIMIT), /unpacks to more than 100000 bytes/);
});

test('malformed bytes are refused as such, whatever they are, and within the limit', async () => {
  const samples = { gzip: gzipSync(text), zstd: zstdCompressSync(text), snappy: framedSnappy, lz4 };
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...kinds),
      fc.oneof(fc.uint8Array({ maxLength: 400 }), fc.constant(undefined)),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
      fc.nat(),
      async (kind, random, flips, cut) => {
        const bytes = Buffer.from(random ?? samples[kind]);
        for (const [at, value] of flips) if (bytes.length > 0) bytes[at % bytes.length] = value;
        const mutated = bytes.subarray(0, bytes.length - (cut % 5));
        try {
          const unpacked = await unpackers[kind](mutated, LIMIT);
          assert.ok(unpacked.length <= LIMIT);
        } catch (error) {
          assert.ok(error instanceof CompressionError, String(error));
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

/** One literal, then nothing else: the simplest block that a writer may make. */
function snappyOf(bytes: Buffer): Buffer {
  const length = [(bytes.length & 0x7f) | 0x80, bytes.length >>> 7];
  const long = [61 << 2, (bytes.length - 1) & 0xff, (bytes.length - 1) >>> 8];
  return Buffer.concat([Buffer.from([...length, ...long]), bytes]);
}

function lz4Block(block: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(block.length);
  return Buffer.concat([size, block]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function repeated(bytes: readonly number[], times: number): Buffer {
  return Buffer.concat(Array.from({ length: times }, () => Buffer.from(bytes)));
}
