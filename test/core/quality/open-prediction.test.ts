import assert from 'node:assert/strict';
import { test } from 'node:test';
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
