import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { isPartitionMark } from '../../services/core/events/subscriber-event.ts';
import {
  INCOMING_MESSAGES_PER_MONTH,
  OUTGOING_CALLS_PER_MONTH,
  OUTGOING_MESSAGES_PER_MONTH,
  SECONDS_PER_CALL,
  SPEND_PER_MONTH,
  TOP_UPS_PER_MONTH,
  VOICE_BY_HOUR,
} from '../../services/simulator/calibration.ts';
import { valueAtShare } from '../../services/simulator/random/distributions.ts';
import type { QuantilePoint } from '../../services/simulator/random/distributions.ts';
import { localHourAt } from './local-hour.ts';
import { sharesTimes, smallSimulation } from './small-simulation.ts';

/** 28 days hold four of each weekday; the month of the calibration is taken as 30.4 days. */
const DAYS = 28;
const SHARE_TOLERANCE = 0.035;
const TO_MONTH = 30.4 / DAYS;

interface Use {
  callsOut: number;
  callSeconds: number;
  messagesOut: number;
  messagesIn: number;
  spendMinor: number;
  topUps: number;
}

const uses: Use[] = [];
const callsByHour: number[] = new Array<number>(24).fill(0);

before(() => {
  const simulation = smallSimulation({ subscribers: 2_000, days: DAYS, mechanismShares: sharesTimes(0), incidents: 0 });
  const byId = new Map<string, Use>();
  for (const { subscriberId, plan, activatedAtMs } of simulation.subscribers) {
    if (plan.paymentType !== 'prepaid' || activatedAtMs >= simulation.startMs) continue;
    byId.set(subscriberId, { callsOut: 0, callSeconds: 0, messagesOut: 0, messagesIn: 0, spendMinor: 0, topUps: 0 });
  }
  for (const record of simulation.records()) {
    const use = byId.get(record.subscriberId);
    if (use === undefined || isPartitionMark(record)) continue;
    const { body } = record;
    if (body.type === 'call' && body.direction === 'mobile_originated') {
      use.callsOut += 1;
      use.callSeconds += body.durationS;
      use.spendMinor += body.chargeMinor;
      const hour = localHourAt(record.occurredAtMs, record.utcOffsetMinutes);
      callsByHour[hour] = (callsByHour[hour] ?? 0) + 1;
    } else if (body.type === 'message') {
      if (body.direction === 'mobile_originated') use.messagesOut += 1;
      else use.messagesIn += 1;
      use.spendMinor += body.chargeMinor;
    } else if (body.type === 'data_session') use.spendMinor += body.chargeMinor;
    else if (body.type === 'top_up') use.topUps += 1;
  }
  uses.push(...byId.values());
});

function perMonthAt(share: number, of: (use: Use) => number): number {
  const values = uses.map((use) => of(use) * TO_MONTH).sort((a, b) => a - b);
  return values[Math.floor(share * values.length)] ?? NaN;
}

function assertNear(found: number, expected: number, tolerance: number, name: string): void {
  assert.ok(Math.abs(found / expected - 1) <= tolerance, `${name}: ${found.toFixed(2)}, calibrated to ${expected}`);
}

/** The value found at a share must be that of a share close by: what chance leaves free in a population of this size. */
function assertQuantiles(points: readonly QuantilePoint[], of: (use: Use) => number): void {
  for (const share of [0.25, 0.5, 0.75, 0.9, 0.95]) {
    const found = perMonthAt(share, of);
    const [low, high] = [valueAtShare(points, share - SHARE_TOLERANCE), valueAtShare(points, share + SHARE_TOLERANCE)];
    const name = `quantile ${share}: ${found.toFixed(2)}, calibrated to ${low.toFixed(2)}–${high.toFixed(2)}`;
    // Counts are whole: one event more or less is no error.
    assert.ok(found >= 0.9 * low - TO_MONTH && found <= 1.1 * high + TO_MONTH, name);
  }
}

test('outgoing calls of prepaid subscribers follow the real base', () => {
  assertQuantiles(OUTGOING_CALLS_PER_MONTH, ({ callsOut }) => callsOut);
});

test('outgoing and incoming messages follow the real base', () => {
  assertQuantiles(OUTGOING_MESSAGES_PER_MONTH, ({ messagesOut }) => messagesOut);
  assertQuantiles(INCOMING_MESSAGES_PER_MONTH, ({ messagesIn }) => messagesIn);
});

test('spend and top-ups follow the real base', () => {
  assertQuantiles(SPEND_PER_MONTH, ({ spendMinor }) => spendMinor);
  const topUps = uses.reduce((sum, use) => sum + use.topUps, 0);
  assertNear((topUps / uses.length) * TO_MONTH, TOP_UPS_PER_MONTH, 0.25, 'top-ups a month');
});

test('calls are as long as in the real base', () => {
  const seconds = uses.reduce((sum, use) => sum + use.callSeconds, 0);
  const calls = uses.reduce((sum, use) => sum + use.callsOut, 0);
  assertNear(seconds / calls, SECONDS_PER_CALL.meanOfCalls, 0.15, 'seconds per call');
});

test('calls are spread over the day as in the real events, within an hour of personal shift', () => {
  const calls = callsByHour.reduce((sum, count) => sum + count, 0);
  for (let hour = 0; hour < 24; hour += 1) {
    const shifted = [23, 0, 1].map((shift) => VOICE_BY_HOUR[(hour + shift) % 24] ?? 0);
    const share = ((callsByHour[hour] ?? 0) / calls) * 1_000;
    assert.ok(share > 0.7 * Math.min(...shifted) && share < 1.3 * Math.max(...shifted), `${hour} h: ${share}`);
  }
});
