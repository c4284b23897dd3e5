import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pointInTimeVectors } from '../../../models/training/point-in-time-vectors.ts';
import { frameMonth } from '../../../services/simulator/replay/month-frame.ts';
import { reconstruct } from '../../../services/simulator/replay/reconstruct.ts';
import { replayPlan, VILNIUS } from '../../simulator/replay/replay-plan.ts';
import { usageRow } from '../../simulator/replay/usage-rows.ts';

const JUNE = frameMonth(2013, 6, VILNIUS);
const DAY_MS = 86_400_000;
const rows = fc.uniqueArray(usageRow, { minLength: 1, maxLength: 3, selector: ({ userId }) => userId });

test('nothing after the as-of changes a vector', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 0, max: 29 }), (months, day) => {
      const asOfMs = JUNE.startMs + (day + 1) * DAY_MS - 1;
      const all = [...reconstruct(months, replayPlan())];
      const until = all.filter(({ occurredAtMs }) => occurredAtMs <= asOfMs);
      assert.deepEqual(
        [...pointInTimeVectors(all, [asOfMs], VILNIUS)],
        [...pointInTimeVectors(until, [asOfMs], VILNIUS)],
      );
    }),
    { numRuns: 30 },
  );
});

test('several as-ofs in one pass give the vectors of single passes', () => {
  fc.assert(
    fc.property(rows, (months) => {
      const all = [...reconstruct(months, replayPlan())];
      const asOfsMs = [JUNE.startMs + 15 * DAY_MS - 1, JUNE.endMs - 1];
      const together = [...pointInTimeVectors(all, asOfsMs, VILNIUS)];
      const alone = asOfsMs.flatMap((asOfMs) => [...pointInTimeVectors(all, [asOfMs], VILNIUS)]);
      assert.deepEqual(together, alone);
    }),
    { numRuns: 20 },
  );
});

test('an event sent twice changes no vector', () => {
  fc.assert(
    fc.property(rows, (months) => {
      const all = [...reconstruct(months, replayPlan())];
      const twice = all.flatMap((record) => [record, record]);
      const asOfsMs = [JUNE.endMs - 1];
      assert.deepEqual(
        [...pointInTimeVectors(twice, asOfsMs, VILNIUS)],
        [...pointInTimeVectors(all, asOfsMs, VILNIUS)],
      );
    }),
    { numRuns: 20 },
  );
});
