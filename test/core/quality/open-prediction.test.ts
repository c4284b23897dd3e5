import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isOwnActivity } from '../../../services/core/labels/own-activity.ts';
import { foldEvent } from '../../../services/core/subscriber/fold-event.ts';
import { createCivilCalendar } from '../../../services/core/time/civil-calendar.ts';
import type { EventBody } from '../../../services/core/events/subscriber-event.ts';
import {
  afterOrder,
  lastOwnActivityMs,
  outcomeAtMoment,
  outcomeOfLeaving,
  predictionSlot,
} from '../../../services/core/quality/open-prediction.ts';
import { newSubscriber } from '../../../services/core/subscriber/subscriber-state.ts';
import type { OpenPrediction } from '../../../services/core/subscriber/subscriber-state.ts';
import { touch } from '../../../services/core/subscriber/latest.ts';
import { SLOT_MS } from '../../../services/core/time/daily-moment.ts';
import { arbitraryBody } from '../../support/arbitrary-events.ts';
import { sampleCall, sampleSession, sampleEvent } from '../../support/sample-events.ts';

const DAY_MS = 86_400_000;
const horizonMs = 30 * DAY_MS;
const madeAtMs = Date.UTC(2026, 3, 1, 10, 5);
const prediction: OpenPrediction = {
  slot: predictionSlot(madeAtMs),
  riskScore: 0.5,
  wasHigh: true,
  contacted: false,
  version: 0,
};

function atDay(days: number, ownActivityDays: number): ReturnType<typeof outcomeAtMoment> {
  const [momentMs, ownActivityMs] = [madeAtMs + days * DAY_MS, madeAtMs + ownActivityDays * DAY_MS];
  return outcomeAtMoment(prediction, { momentMs, ownActivityMs, horizonMs });
}

test('a prediction is open until its horizon is over', () => {
  assert.equal(atDay(29.99, -5), undefined);
  assert.equal(atDay(30, -5), 'gone');
});

test('whoever did anything of their own within the horizon stayed', () => {
  assert.equal(atDay(30, 0), 'gone');
  assert.equal(atDay(30, 0.01), 'stayed');
  assert.equal(atDay(30, -Infinity), 'gone');
});

test('activity after the horizon counts as stayed: all that a late moment tells wrong is a return, never a loss', () => {
  assert.equal(atDay(33, 31), 'stayed');
  assert.equal(atDay(33, 0), 'gone');
  const days = (from: number): fc.Arbitrary<number> => fc.integer({ min: from * 8, max: 35 * 8 }).map((at) => at / 8);
  fc.assert(
    fc.property(fc.array(days(-5), { maxLength: 4 }), days(30), (active, momentDay) => {
      const known = active.filter((day) => day <= momentDay);
      const isGone = !known.some((day) => day > 0 && day <= 30);
      const cameBack = isGone && known.some((day) => day > 30);
      assert.equal(atDay(momentDay, Math.max(...known)), isGone && !cameBack ? 'gone' : 'stayed');
    }),
  );
});

test('own activity is what labels and features take for it, but for later slices in which nothing flowed', () => {
  const calendar = createCivilCalendar('Asia/Shanghai');
  const countsAsOwn = (body: EventBody): boolean => {
    const state = newSubscriber(madeAtMs);
    foldEvent(state, sampleEvent(body, madeAtMs), { calendar, acceptedFromMs: undefined });
    return lastOwnActivityMs(state) === madeAtMs;
  };
  const isEmptySlice = (body: EventBody): boolean =>
    (body.type === 'call' && body.recordSequenceNumber > 1 && body.durationS === 0) ||
    (body.type === 'data_session' && body.recordSequenceNumber > 1 && body.upBytes + body.downBytes === 0);
  const seen = { own: 0, other: 0 };
  fc.assert(
    fc.property(arbitraryBody(), (bodyAt) => {
      const body = bodyAt(madeAtMs, madeAtMs);
      fc.pre(!isEmptySlice(body));
      assert.equal(countsAsOwn(body), isOwnActivity(body), JSON.stringify(body));
      seen[isOwnActivity(body) ? 'own' : 'other']++;
    }),
    { numRuns: 500 },
  );
  assert.ok(seen.own > 50 && seen.other > 50, JSON.stringify(seen));
  for (const slice of [
    sampleCall({ recordSequenceNumber: 2, durationS: 0 }),
    sampleSession({ recordSequenceNumber: 2, upBytes: 0, downBytes: 0 }),
  ]) {
    assert.deepEqual([countsAsOwn(slice), isOwnActivity(slice)], [true, false]);
  }
});

test('being called is no activity of one’s own, calling, writing, surfing and topping up are', () => {
  const state = newSubscriber(madeAtMs);
  touch(state, 'mtCall', madeAtMs);
  touch(state, 'agentContact', madeAtMs);
  assert.equal(lastOwnActivityMs(state), -Infinity);
  for (const [i, kind] of (['moCall', 'moMessage', 'data', 'topUp'] as const).entries()) {
    touch(state, kind, madeAtMs + i);
    assert.equal(lastOwnActivityMs(state), madeAtMs + i);
  }
});

test('leaving within the horizon is gone, after it is not, and before the prediction says nothing', () => {
  const left = (days: number): ReturnType<typeof outcomeOfLeaving> =>
    outcomeOfLeaving(prediction, { leftAtMs: madeAtMs + days * DAY_MS, horizonMs });
  assert.equal(left(0), 'gone');
  assert.equal(left(30), 'gone');
  assert.equal(left(30.01), 'stayed');
  assert.equal(left(-1), undefined);
});

test('only an order that reached the customer marks a prediction as contacted', () => {
  for (const result of ['won', 'lost'] as const) assert.equal(afterOrder(prediction, result).contacted, true);
  for (const result of ['expired', 'unreachable', 'cancelled', 'unspecified'] as const) {
    assert.equal(afterOrder(prediction, result), prediction);
  }
});

test('an instant between two slots is kept under the later one, so that nothing known is taken for later', () => {
  assert.equal(predictionSlot(7 * SLOT_MS), 7);
  assert.equal(predictionSlot(7 * SLOT_MS + 1), 8);
});
