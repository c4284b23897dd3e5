import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryFigures, memoryTroubles, watchMemory } from './memory-watch.ts';

const MEBIBYTE = 1_024 * 1_024;

function course(...[peak, ...rests]: readonly number[]) {
  return { name: 'a', peakBytes: (peak ?? 0) * MEBIBYTE, restBytes: rests.map((mebibytes) => mebibytes * MEBIBYTE) };
}

test('whatever a heap holds under load, it is flat where it gives it back at rest', () => {
  assert.deepEqual(memoryTroubles([course(600, 200, 248)], 700 * MEBIBYTE, true), []);
  assert.deepEqual(memoryTroubles([course(900, 800, 880)], 1_000 * MEBIBYTE, true), []);
  assert.deepEqual(memoryTroubles([course(600, 200, 210)], 500 * MEBIBYTE, true), ['a took 600 MiB, more than 500']);
});

test('memory that is not given back at rest is told', () => {
  assert.deepEqual(memoryTroubles([course(600, 200, 260)], 700 * MEBIBYTE, true), [
    'at rest a holds 260 MiB, 200 before',
  ]);
  assert.deepEqual(memoryTroubles([course(600, 200, 260)], 700 * MEBIBYTE, false), []);
});

test('a watch without two rests shows nothing', () => {
  assert.throws(() => memoryTroubles([course(600, 200)], 700 * MEBIBYTE, true), /a was not seen at rest/);
});

test('a watch samples a process that runs', async (t) => {
  const watch = watchMemory([{ name: 'this', pid: process.pid }]);
  await watch.rest(1, t.signal);
  await watch.rest(1, t.signal);
  const figures = memoryFigures(await watch.stop());
  assert.deepEqual(
    Object.keys(figures),
    ['at most', 'at rest before', 'at rest after'].map((when) => `memory of this ${when}, MiB`),
  );
  for (const mebibytes of Object.values(figures)) assert.ok(mebibytes > 10);
});
