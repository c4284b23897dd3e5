import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRejectShare } from '../../../services/intake/rejects/reject-share.ts';

function countAll(share: ReturnType<typeof createRejectShare>, rows: number, everyBad: number): number | undefined {
  for (let row = 1; row <= rows; row++) if (share.count(row % everyBad === 0)) return row;
  return undefined;
}

test('a feed stops at the first reject above its share, after a thousand rows at the earliest', () => {
  assert.equal(countAll(createRejectShare(0.05), 5_000, 10), 1_000);
  assert.equal(countAll(createRejectShare(0.1), 5_000, 10), undefined, 'exactly the share is allowed');
  assert.equal(createRejectShare(0).isAboveAtEnd(), false, 'no rows, no rejects');
});

test('a small file is judged at its end', () => {
  const share = createRejectShare(0.05);
  assert.equal(countAll(share, 10, 5), undefined);
  assert.equal(share.isAboveAtEnd(), true);
});

test('a file that is gone on with brings its counts along', () => {
  assert.equal(createRejectShare(0.05, { start: { rows: 2_000, rejected: 100 } }).count(true), true);
});

test('what was above the limit is so before a further row is read', () => {
  const isAbove = (rows: number, rejected: number) => createRejectShare(0.05, { start: { rows, rejected } }).isAbove();
  assert.deepEqual([isAbove(2_000, 101), isAbove(2_000, 100), isAbove(999, 900)], [true, false, false]);
});

test('an endless source that turns bad is noticed however many good rows it had', () => {
  const share = createRejectShare(0.05, { endless: true });
  for (let row = 0; row < 1_000_000; row++) share.count(false);
  const stopsAt = countAll(share, 5_000, 1);
  assert.ok(stopsAt !== undefined && stopsAt < 2_000);
});
