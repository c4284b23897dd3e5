import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { openQuirkBook } from '../../../services/simulator/replay/quirks.ts';
import { reconstruct } from '../../../services/simulator/replay/reconstruct.ts';
import type { UsageRow } from '../../../services/simulator/replay/usage-row.ts';
import { totalsInRow, totalsOf } from './month-totals.ts';
import { replayPlan, VILNIUS } from './replay-plan.ts';
import { usageRow } from './usage-rows.ts';

const JUNE_1 = Date.UTC(2013, 5, 1) / 86_400_000;
const manyRows = fc.uniqueArray(usageRow, { minLength: 1, maxLength: 4, selector: ({ userId }) => userId });

test('the events of a user-month add up to its row, in total and in every part', () => {
  fc.assert(
    fc.property(usageRow, fc.integer({ min: 1, max: 1_000 }), (row, seed) => {
      assert.deepEqual(totalsOf(reconstruct([row], replayPlan({ seed }))), totalsInRow(row));
    }),
    { numRuns: 300 },
  );
});

test('the last event of each kind falls on the day that the row states', () => {
  fc.assert(
    fc.property(usageRow, (row) => {
      const records = [...reconstruct([row], replayPlan())];
      const lastDay = (type: string): number | undefined =>
        records
          .filter(({ body }) => body.type === type && !('direction' in body && body.direction === 'mobile_terminated'))
          .map(({ occurredAtMs }) => VILNIUS.dayOf(occurredAtMs) - JUNE_1)
          .at(-1);
      if (row.calls.count > 0) assert.equal(lastDay('call'), 29 - row.calls.inactiveDays);
      if (row.messages.count > 0) assert.equal(lastDay('message'), 29 - row.messages.inactiveDays);
      if (row.data.sessions > 0) assert.equal(lastDay('data_session'), 29 - row.data.inactiveDays);
      if (row.topUps.count > 0) assert.equal(lastDay('top_up'), 29 - row.topUps.inactiveDays);
    }),
  );
});

test('records come in order of time, inside their month, each with an id of its own', () => {
  fc.assert(
    fc.property(manyRows, (rows) => {
      const records = [...reconstruct(rows, replayPlan())];
      const times = records.map(({ occurredAtMs }) => occurredAtMs);
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
      );
      assert.ok(Math.min(...times) >= VILNIUS.startOfDayMs(JUNE_1));
      assert.ok(Math.max(...times) <= VILNIUS.startOfDayMs(JUNE_1 + 30));
      assert.equal(new Set(records.map(({ eventId }) => eventId)).size, records.length);
    }),
    { numRuns: 50 },
  );
});

test('the same seed gives the same records; another moves them but keeps their totals', () => {
  fc.assert(
    fc.property(usageRow, (row) => {
      const first = [...reconstruct([row], replayPlan())];
      assert.deepEqual([...reconstruct([row], replayPlan())], first);
      const other = [...reconstruct([row], replayPlan({ seed: 2 }))];
      assert.deepEqual(totalsOf(other), totalsOf(first));
      if (row.calls.count > 3) assert.notDeepEqual(other, first);
    }),
    { numRuns: 30 },
  );
});

test("a user's events do not depend on who else is replayed", () => {
  fc.assert(
    fc.property(manyRows, (rows) => {
      const together = [...reconstruct(rows, replayPlan())];
      for (const row of rows) {
        const mine = (record: LogRecord): boolean => record.subscriberId === `k1-${row.userId}`;
        assert.deepEqual([...reconstruct([row], replayPlan())].filter(mine), together.filter(mine));
      }
    }),
    { numRuns: 30 },
  );
});

test('each feed says how far it is complete, and nothing older comes after', () => {
  fc.assert(
    fc.property(manyRows, (rows) => {
      let completeThroughMs = 0;
      const feeds = new Set<string>();
      for (const record of reconstruct(rows, replayPlan())) {
        if (isPartitionMark(record)) {
          if (record.body.type === 'feed_progress') completeThroughMs = record.body.completeThroughMs;
          feeds.add(record.feed);
        } else {
          assert.ok(record.occurredAtMs > completeThroughMs || completeThroughMs === 0);
        }
      }
      assert.equal(completeThroughMs, VILNIUS.startOfDayMs(JUNE_1 + 30));
      assert.deepEqual([...feeds].toSorted(), ['account', 'data', 'message', 'top_up', 'voice']);
    }),
    { numRuns: 20 },
  );
});

test('an unknown tenure stays unknown, and a known one is told once', () => {
  const row = oneRow();
  const profilesOf = (rows: readonly UsageRow[]): (number | undefined)[] =>
    [...reconstruct(rows, replayPlan())].flatMap(({ body }) => (body.type === 'profile' ? [body.activatedAtMs] : []));

  assert.deepEqual(profilesOf([{ ...row, lifetimeDays: undefined }]), [undefined]);
  assert.deepEqual(profilesOf([{ ...row, lifetimeDays: 29 }]), [VILNIUS.startOfDayMs(JUNE_1)]);
  const july = { ...row, month: 7, lifetimeDays: 60 };
  assert.deepEqual(profilesOf([{ ...row, lifetimeDays: undefined }, july]), [undefined, VILNIUS.startOfDayMs(JUNE_1)]);
  assert.deepEqual(profilesOf([{ ...row, lifetimeDays: 29 }, july]), [VILNIUS.startOfDayMs(JUNE_1)]);
});

test('a month without a row leaves no trace', () => {
  const row = oneRow();
  const months = new Set(
    [...reconstruct([row, { ...row, month: 8 }], replayPlan())]
      .filter((record) => !isPartitionMark(record))
      .map(({ eventId }) => eventId.split('-')[3]),
  );
  assert.deepEqual([...months], ['201306', '201308']);
});

test('money taken back is sent as a reversal and counted', () => {
  const quirks = openQuirkBook();
  const row = { ...oneRow(), topUps: { count: 2, minor: -1_150, inactiveDays: 3 } };
  const amounts = [...reconstruct([row], replayPlan({ quirks }))].flatMap(({ body }) =>
    body.type === 'top_up' ? [body.amountMinor] : [],
  );
  assert.equal(
    amounts.reduce((sum, amount) => sum + amount, 0),
    -1_150,
  );
  assert.ok(amounts.every((amount) => amount <= 0));
  assert.equal(quirks.counts().negative_top_ups, 1);
});

test('inactivity that contradicts the events of its month leaves the days open', () => {
  const quirks = openQuirkBook();
  const row = { ...oneRow(), topUps: { count: 3, minor: 1_500, inactiveDays: 1_276 } };
  assert.deepEqual(totalsOf(reconstruct([row], replayPlan({ quirks }))).topUps, { count: 3, minor: 1_500 });
  assert.equal(quirks.counts().inactivity_contradicts_activity, 1);
});

function oneRow(): UsageRow {
  const [row] = fc.sample(usageRow, { numRuns: 1, seed: 7 });
  assert.ok(row);
  return { ...row, lifetimeDays: undefined };
}
