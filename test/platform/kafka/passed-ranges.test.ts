import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPassedRanges } from '../../../services/platform/kafka/passed-ranges.ts';

test('fetches without a record that follow one another count as one, from where the first was asked for', () => {
  const ranges = createPassedRanges();
  assert.equal(ranges.emptySince(0, 5n), 5n);
  ranges.passed(0, 5n, 9n);
  ranges.passed(0, 9n, 12n);
  assert.equal(ranges.emptySince(0, 12n), 5n);
  assert.equal(ranges.emptySince(1, 12n), 12n);
});

test('what was asked for from elsewhere tells nothing of what lies between', () => {
  const ranges = createPassedRanges();
  ranges.passed(0, 5n, 9n);
  assert.equal(ranges.emptySince(0, 10n), 10n);
  ranges.passed(0, 10n, 12n);
  assert.equal(ranges.emptySince(0, 12n), 10n);
  ranges.forget(0);
  assert.equal(ranges.emptySince(0, 12n), 12n);
});
