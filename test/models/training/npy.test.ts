import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeNpy } from '../../../models/training/npy.ts';

test('a matrix is written as NumPy reads it: aligned head, shape, little-endian float32', () => {
  const bytes = encodeNpy([Float32Array.of(1.5, Number.NaN), Float32Array.of(-2, 0.1), Float32Array.of(3, 4)], 2);
  const headLength = 10 + bytes.readUInt16LE(8);
  const head = bytes.toString('latin1', 10, headLength);
  assert.equal(bytes.toString('latin1', 0, 6), '\x93NUMPY');
  assert.deepEqual([bytes[6], bytes[7]], [1, 0]);
  assert.equal(headLength % 64, 0);
  assert.match(head, /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(3, 2\), \} *\n$/);
  assert.equal(bytes.length, headLength + 3 * 2 * 4);
  assert.equal(bytes.readFloatLE(headLength), 1.5);
  assert.ok(Number.isNaN(bytes.readFloatLE(headLength + 4)));
  assert.equal(bytes.readFloatLE(headLength + 12), Math.fround(0.1));
});

test('rows of unequal length are refused', () => {
  assert.throws(() => encodeNpy([Float32Array.of(1)], 2), RangeError);
});
