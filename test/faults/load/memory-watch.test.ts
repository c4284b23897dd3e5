import assert from 'node:assert/strict';
import { test } from 'node:test';
import { courseOf, memoryTroubles } from './memory-watch.ts';
import type { MemorySample } from './memory-watch.ts';

const MEBIBYTE = 1_024 * 1_024;

/** A sample each second. */
function samplesOf(mebibytesAt: (second: number) => number): MemorySample[] {
  return Array.from({ length: 300 }, (_, second) => ({
    atMs: second * 1_000,
    bytes: mebibytesAt(second) * MEBIBYTE,
  }));
}

test('memory that grows in the warm-up and breathes afterwards is flat', () => {
  const course = courseOf(
    'a',
    samplesOf((second) => Math.min(100 + second * 5, 400) + (second % 10) * 4),
  );
  assert.ok(course.isFlat);
  assert.deepEqual(memoryTroubles([course], 500 * MEBIBYTE, true), []);
  assert.deepEqual(memoryTroubles([course], 300 * MEBIBYTE, true), ['a took 436 MiB, more than 300']);
});

test('memory that goes on growing is told, with its slope', () => {
  const course = courseOf(
    'a',
    samplesOf((second) => 200 + second),
  );
  assert.equal(Math.round(course.slopeBytesPerMinute / MEBIBYTE), 60);
  assert.deepEqual(memoryTroubles([course], 1_024 * MEBIBYTE, true), [
    'the memory of a grew by 135 MiB after its warm-up',
  ]);
});
