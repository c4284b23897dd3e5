import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { apportion } from '../../../services/simulator/replay/apportion.ts';

const weights = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 });

test('parts are integers of one sign and add up to the total', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), weights, (total, parts) => {
      const shares = apportion(total, parts);
      assert.equal(
        shares.reduce((sum, share) => sum + share, 0),
        total,
      );
      assert.ok(shares.every((share) => Number.isInteger(share) && Math.sign(share) * Math.sign(total) >= 0));
    }),
  );
});

test('no part exceeds the cap', () => {
  fc.assert(
    fc.property(
      weights,
      fc.integer({ min: 1, max: 500 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (parts, cap, fill) => {
        const total = Math.floor(parts.length * cap * fill);
        const shares = apportion(total, parts, cap);
        assert.equal(
          shares.reduce((sum, share) => sum + share, 0),
          total,
        );
        assert.ok(shares.every((share) => share >= 0 && share <= cap));
      },
    ),
  );
});

test('a larger weight never gets less', () => {
  fc.assert(
    fc.property(weights, fc.integer({ min: 0, max: 10_000 }), (parts, total) => {
      const ascending = parts.toSorted((a, b) => a - b);
      const shares = apportion(total, ascending);
      assert.ok(shares.every((share, index) => index === 0 || share >= (shares[index - 1] ?? 0) - 1));
    }),
  );
});

test('a total without room or without parts is refused', () => {
  assert.throws(() => apportion(11, [1, 1], 5), RangeError);
  assert.throws(() => apportion(1, []), RangeError);
  assert.deepEqual(apportion(0, []), []);
});
