import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  NO_RUBBISH,
  isTooMuchRubbish,
  parseRubbishWindow,
  rubbishAmongLast,
  withRubbish,
} from '../../../services/core/partition/rubbish-window.ts';
import type { RubbishWindow } from '../../../services/core/partition/rubbish-window.ts';

test('rubbish is counted while it is among the last 901 records, and no more beyond the last 1,000', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 4_000, size: 'max' }), (log) => {
      let window: RubbishWindow = NO_RUBBISH;
      log.forEach((isRubbish, place) => {
        if (isRubbish) window = withRubbish(window, place);
        if (place % 37 !== 0) return;
        const inLast = (records: number): number =>
          log.slice(Math.max(place + 1 - records, 0), place + 1).filter(Boolean).length;
        const counted = rubbishAmongLast(window, place);
        assert.ok(counted >= inLast(901) && counted <= inLast(1_000));
      });
      assert.ok(window.length <= 10, 'it does not grow with the log');
      assert.deepEqual(parseRubbishWindow(JSON.parse(JSON.stringify(window))), window);
    }),
    { numRuns: 50 },
  );
});

test('a handful is never too much, however quiet the partition, and a share of 1 never is', () => {
  assert.equal(isTooMuchRubbish(49, 0), false);
  assert.equal(isTooMuchRubbish(50, 0), true);
  assert.equal(isTooMuchRubbish(50, 0.05), false);
  assert.equal(isTooMuchRubbish(51, 0.05), true);
  assert.equal(isTooMuchRubbish(1_000, 1), false);
});

test('what is no window is refused', () => {
  for (const value of [1, 'text', {}, [1], [[1]], [['1', 2]]])
    assert.throws(() => parseRubbishWindow(value), TypeError);
});
