import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createByteReader } from '../../../services/core/encoding/byte-reader.ts';
import type { ByteReader } from '../../../services/core/encoding/byte-reader.ts';
import { createByteWriter } from '../../../services/core/encoding/byte-writer.ts';

type Item = readonly ['byte' | 'varint' | 'signed' | 'uint32' | 'float64', number];

const item: fc.Arbitrary<Item> = fc.oneof(
  fc.nat(255).map((value): Item => ['byte', value]),
  edges(fc.maxSafeNat(), 0, 127, 128, 2 ** 28 - 1, 2 ** 28, 2 ** 32, Number.MAX_SAFE_INTEGER).map((value): Item => [
    'varint',
    value,
  ]),
  edges(fc.integer({ min: -(2 ** 52), max: 2 ** 52 }), -1, 0, 63, 64, -64, -65, 2 ** 31, -(2 ** 31)).map(
    (value): Item => ['signed', value],
  ),
  edges(fc.nat(2 ** 32 - 1), 0, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1).map((value): Item => ['uint32', value]),
  fc.double().map((value): Item => ['float64', value]),
);

test('numbers come back in the order and as the kind that they were written', () => {
  fc.assert(
    fc.property(fc.array(item, { maxLength: 300 }), (items) => {
      const writer = createByteWriter();
      for (const [kind, value] of items) writer[kind](value);
      const reader = createByteReader(writer.take());
      for (const [kind, value] of items) assert.ok(Object.is(reader[kind](), value), `${kind} ${value}`);
      assert.ok(reader.isAtEnd());
    }),
    { numRuns: 300 },
  );
});

test('a list of 48-bit numbers comes back as it was written', () => {
  const print = edges(fc.nat(2 ** 48 - 1), 0, 2 ** 32 - 1, 2 ** 32, 2 ** 48 - 1);
  fc.assert(
    fc.property(fc.array(print), (prints) => {
      const writer = createByteWriter();
      writer.uint48s(prints);
      assert.deepEqual(createByteReader(writer.take()).uint48s(prints.length), prints);
    }),
  );
});

test('a value larger than any chunk, and one that crosses into the next, come back whole', () => {
  const writer = createByteWriter();
  const prints = Array.from({ length: 30_000 }, (_, i) => i * 7_919);
  for (const count of [10_000, 3_000, 30_000, 5]) {
    writer.varint(count);
    writer.uint48s(prints.slice(0, count));
    writer.float64(count / 3);
    const reader = createByteReader(writer.take());
    assert.deepEqual(reader.uint48s(reader.varint()), prints.slice(0, count));
    assert.equal(reader.float64(), count / 3);
    assert.ok(reader.isAtEnd());
  }
});

test('a value given up half-way leaves nothing behind', () => {
  const writer = createByteWriter();
  writer.varint(300);
  writer.begin();
  writer.byte(7);
  assert.deepEqual([...writer.take()], [7]);
});

test('one reader serves many values', () => {
  const reader = createByteReader(Uint8Array.of(1));
  reader.byte();
  reader.begin(Uint8Array.of(5, 6));
  assert.deepEqual([reader.byte(), reader.byte(), reader.isAtEnd()], [5, 6, true]);
});

test('one writer serves many values: what was taken stays as it was', () => {
  const writer = createByteWriter();
  writer.varint(300);
  const first = writer.take();
  writer.varint(1);
  writer.float64(Number.NaN);
  assert.equal(writer.take().length, 9);
  assert.equal(writer.take().length, 0);
  assert.deepEqual([...first], [0xac, 0x02]);
});

test('a reader finds its place in a larger buffer', () => {
  const reader = createByteReader(Uint8Array.of(9, 9, 0, 0, 0, 0, 1, 0, 9).subarray(2, 8));
  assert.deepEqual(reader.uint48s(1), [256]);
  assert.ok(reader.isAtEnd());
});

test('small numbers are short', () => {
  const length = (write: (writer: ReturnType<typeof createByteWriter>) => void): number => {
    const writer = createByteWriter();
    write(writer);
    return writer.take().length;
  };
  const varints = [0, 127, 128, 16_383, 16_384, Number.MAX_SAFE_INTEGER].map((value) =>
    length((writer) => {
      writer.varint(value);
    }),
  );
  assert.deepEqual(varints, [1, 1, 2, 2, 3, 8]);
});

test('bytes that end too early are refused', () => {
  const reads: readonly ((reader: ByteReader) => number)[] = [
    (reader) => reader.byte(),
    (reader) => reader.varint(),
    (reader) => reader.signed(),
    (reader) => reader.uint32(),
    (reader) => reader.uint48s(1)[0] ?? 0,
    (reader) => reader.float64(),
  ];
  for (const read of reads) {
    assert.throws(() => read(createByteReader(new Uint8Array())), RangeError);
    assert.throws(() => {
      const reader = createByteReader(Uint8Array.of(0x80, 0x80));
      while (!reader.isAtEnd()) read(reader);
      read(reader);
    }, RangeError);
  }
});

test('a number that goes on for ever is refused', () => {
  assert.throws(() => createByteReader(new Uint8Array(20).fill(0xff)).varint(), RangeError);
});

function edges(any: fc.Arbitrary<number>, ...values: readonly number[]): fc.Arbitrary<number> {
  return fc.oneof(any, fc.constantFrom(...values));
}
