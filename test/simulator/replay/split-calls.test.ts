import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitCalls } from '../../../services/simulator/replay/split-calls.ts';
import type { CallCell, CallSplit } from '../../../services/simulator/replay/split-calls.ts';
import type { UsageRow } from '../../../services/simulator/replay/usage-row.ts';
import { usageRow } from './usage-rows.ts';

test('cells are not negative, and nothing weighs where nothing was counted', () => {
  fc.assert(
    fc.property(usageRow, ({ calls }) => {
      for (const cell of splitCalls(calls).cells) {
        assert.ok(cell.count > 0 && cell.seconds >= 0 && cell.minor >= 0);
      }
    }),
  );
});

test('calls that are on-net and abroad at once are found by their figures', () => {
  const split = splitCalls({
    ...none(),
    count: 3,
    seconds: 300,
    minor: 30,
    onNet: { count: 3, seconds: 300, minor: 30 },
    abroad: { count: 2, seconds: 200, minor: 20 },
  });
  assert.equal(split.faithful, true);
  assert.equal(split.overlapping, 2);
  assert.deepEqual(
    split.cells.map(({ network, abroad, count }) => [network, abroad, count]),
    [
      ['on_net', false, 1],
      ['on_net', true, 2],
    ],
  );
});

test('parts that miss the total by a cent keep their counts and seconds, and the total its charge', () => {
  const split = splitCalls({
    ...none(),
    count: 2,
    seconds: 200,
    minor: 19,
    onNet: { count: 1, seconds: 100, minor: 10 },
    offNet: { count: 1, seconds: 100, minor: 10 },
  });
  assert.equal(split.faithful, false);
  assert.equal(sumOf(split, 'minor'), 19);
  assert.deepEqual(
    split.cells.map(({ network, seconds }) => [network, seconds]),
    [
      ['on_net', 100],
      ['off_net', 100],
    ],
  );
});

test('whatever the parts say, the total is kept', () => {
  const part = fc.record({
    count: fc.integer({ min: 0, max: 9 }),
    seconds: fc.integer({ min: 0, max: 500 }),
    minor: fc.integer({ min: 0, max: 50 }),
  });
  const total = part.map((drawn) => ({ ...drawn, count: drawn.count + 1 }));
  fc.assert(
    fc.property(total, part, part, part, (sum, onNet, offNet, abroad) => {
      const split = splitCalls({ ...none(), ...sum, onNet, offNet, abroad });
      assert.deepEqual(
        [sumOf(split, 'count'), sumOf(split, 'seconds'), sumOf(split, 'minor')],
        [sum.count, sum.seconds, sum.minor],
      );
      assert.ok(split.cells.every(({ count, seconds, minor }) => count > 0 && seconds >= 0 && minor >= 0));
    }),
    { numRuns: 500 },
  );
});

function sumOf({ cells }: CallSplit, measure: keyof Pick<CallCell, 'count' | 'seconds' | 'minor'>): number {
  return cells.reduce((sum, cell) => sum + cell[measure], 0);
}

function none(): UsageRow['calls'] {
  const nothing = { count: 0, seconds: 0, minor: 0 };
  return {
    ...nothing,
    onNet: nothing,
    offNet: nothing,
    abroad: nothing,
    longestSeconds: 0,
    dearestMinor: 0,
    inactiveDays: 0,
  };
}
