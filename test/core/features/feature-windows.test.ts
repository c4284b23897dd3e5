import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EventBody, SubscriberEvent } from '../../../services/core/events/subscriber-event.ts';
import { featuresOf, foldLog } from '../../support/folded-features.ts';
import {
  sampleBill,
  sampleCall,
  sampleComplaint,
  sampleContact,
  sampleContract,
  sampleEvent,
  sampleFault,
  sampleMessage,
  sampleParty,
  sampleSession,
  sampleSurvey,
  sampleTopUp,
} from '../../support/sample-events.ts';

const ZONE = 'Asia/Shanghai';
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Noon in Shanghai of the day that the tables call day 0. */
const NOON = Date.UTC(2026, 2, 10, 4);

/**
 * A window of n days holds the as-of's day and the n − 1 before it:
 *
 *     as-of day 0, window 7:   −7 | −6 −5 −4 −3 −2 −1  0 |
 */
describe('a window of n days counts an event n − 1 days old and not one n days old', () => {
  const off = sampleParty({ network: 'off_net' });
  const edges: readonly (readonly [feature: string, window: number, body: EventBody])[] = [
    ['mo_calls_7d', 7, sampleCall()],
    ['mo_calls_28d', 28, sampleCall()],
    ['mo_calls_per_day_90d', 90, sampleCall()],
    ['mo_seconds_28d', 28, sampleCall()],
    ['mo_off_net_seconds_28d', 28, sampleCall({ otherParty: off })],
    ['mt_calls_7d', 7, sampleCall({ direction: 'mobile_terminated' })],
    ['mo_messages_28d', 28, sampleMessage()],
    ['data_bytes_7d', 7, sampleSession()],
    ['data_bytes_28d', 28, sampleSession()],
    ['failed_calls_28d', 28, sampleCall({ result: 'dropped' })],
    ['rival_forwards_60d', 60, sampleCall({ direction: 'forwarded', forwardedTo: off })],
    ['active_days_7d', 7, sampleTopUp()],
    ['active_days_90d', 90, sampleMessage()],
    ['distinct_contacts_7d', 7, sampleMessage()],
    ['distinct_contacts_28d', 28, sampleCall({ direction: 'mobile_terminated' })],
    ['spend_7d', 7, sampleSession()],
    ['top_ups_28d', 28, sampleTopUp()],
    ['top_ups_90d', 90, sampleTopUp()],
    ['complaints_90d', 90, sampleComplaint()],
    ['agent_contacts_30d', 30, sampleContact()],
    ['rival_contacts_30d', 30, sampleContact({ matchedTerms: ['转网'] })],
    [
      'port_out_enquiries_90d',
      90,
      { type: 'port_out_enquiry', operatorCode: 'r1', channel: 'hotline', cause: 'price' },
    ],
    ['account_changes_30d', 30, { type: 'plan_change', oldPlanId: 'a', newPlanId: 'b', channel: 'app' }],
  ];
  for (const [feature, window, body] of edges) {
    test(feature, () => {
      const inside = featuresOf(
        foldLog([seenLongAgo(), sampleEvent(body, NOON - (window - 1) * DAY_MS)], ZONE),
        NOON,
        ZONE,
      );
      const outside = featuresOf(foldLog([seenLongAgo(), sampleEvent(body, NOON - window * DAY_MS)], ZONE), NOON, ZONE);
      assert.ok((inside[feature] ?? 0) > 0, `inside: ${String(inside[feature])}`);
      assert.equal(outside[feature], 0);
    });
  }
});

test('a complaint counts for 90 days and clears on day 91 without any event', () => {
  const state = foldLog([sampleEvent(sampleComplaint(), NOON)], ZONE);
  assert.equal(featuresOf(state, NOON + 89 * DAY_MS, ZONE)['complaints_90d'], 1);
  assert.equal(featuresOf(state, NOON + 90 * DAY_MS, ZONE)['complaints_90d'], 0);
});

test('two complaints count twice, two steps of one complaint once, on the day it was opened', () => {
  const log = [
    sampleEvent(sampleComplaint({ complaintId: 'c1' }), NOON),
    sampleEvent(sampleComplaint({ complaintId: 'c1', step: 'handled' }), NOON + 5 * DAY_MS),
    sampleEvent(sampleComplaint({ complaintId: 'c2', openedAtMs: NOON - 3 * DAY_MS }), NOON + DAY_MS),
  ];
  const state = foldLog(log, ZONE);
  assert.equal(featuresOf(state, NOON + 6 * DAY_MS, ZONE)['complaints_90d'], 2);
  assert.equal(featuresOf(state, NOON + 87 * DAY_MS, ZONE)['complaints_90d'], 1);
  assert.equal(featuresOf(state, NOON + 90 * DAY_MS, ZONE)['complaints_90d'], 0);
});

test('the windows before a window are unknown until all of their days have been seen', () => {
  const log = [sampleEvent(sampleCall(), NOON), sampleEvent(sampleCall(), NOON + 40 * DAY_MS)];
  const state = foldLog(log, ZONE);
  assert.equal(featuresOf(state, NOON + 54 * DAY_MS, ZONE)['mo_calls_change_28d'], Number.NaN);
  assert.equal(featuresOf(state, NOON + 55 * DAY_MS, ZONE)['mo_calls_change_28d'], 1);
});

test('a ratio without a denominator is unknown, not zero', () => {
  const features = featuresOf(foldLog([seenLongAgo()], ZONE), NOON, ZONE);
  const ratios = ['mo_calls_change_28d', 'on_net_call_share_28d', 'spend_change_28d', 'out_of_bundle_share_28d'];
  for (const name of [...ratios, 'unresolved_contact_share_90d', 'top_up_cycle_90d', 'bill_change_1m', 'balance']) {
    assert.equal(features[name], Number.NaN, name);
  }
});

test('a satisfaction of 0 after a fault is known, a survey about anything else is not one', () => {
  const zero = foldLog([sampleEvent(sampleSurvey({ score: 0 }), NOON)], ZONE);
  assert.equal(featuresOf(zero, NOON, ZONE)['fault_survey_score'], 0);
  assert.equal(featuresOf(zero, NOON + 89 * DAY_MS, ZONE)['fault_survey_score'], 0);
  assert.equal(featuresOf(zero, NOON + 90 * DAY_MS, ZONE)['fault_survey_score'], Number.NaN);
  const other = foldLog([sampleEvent(sampleSurvey({ kind: 'service' }), NOON)], ZONE);
  assert.equal(featuresOf(other, NOON, ZONE)['fault_survey_score'], Number.NaN);
});

test('bills that fall two months running are flagged, equal ones are not, two are too few to tell', () => {
  const flag = (...totals: number[]): number | undefined =>
    featuresOf(
      foldLog(
        totals.map((totalMinor, i) =>
          sampleEvent(sampleBill({ month: 202_601 + i, totalMinor }), NOON + i * 30 * DAY_MS),
        ),
        ZONE,
      ),
      NOON,
      ZONE,
    )['bill_falling_2m'];
  assert.equal(flag(100, 90, 80), 1);
  assert.equal(flag(100, 90, 90), 0);
  assert.equal(flag(100, 100, 90), 0);
  assert.equal(flag(90, 80), Number.NaN);
  assert.equal(flag(100, 100, 90, 80), 1);
});

test('bills keep their order over the end of a year, and the later statement of a month holds', () => {
  const log = [
    sampleEvent(sampleBill({ month: 202_601, totalMinor: 300 }), NOON),
    sampleEvent(sampleBill({ month: 202_512, totalMinor: 900 }), NOON + 1),
    sampleEvent(sampleBill({ month: 202_512, totalMinor: 600 }), NOON + 2),
  ];
  assert.equal(featuresOf(foldLog(log, ZONE), NOON, ZONE)['bill_change_1m'], 0.5);
});

test('an open fault grows older hour by hour without any event, and a repaired one is none', () => {
  const open = sampleEvent(sampleFault(), NOON);
  assert.equal(featuresOf(foldLog([open], ZONE), NOON + 24 * HOUR_MS, ZONE)['open_fault_hours'], 24);
  const repaired = sampleEvent(sampleFault({ step: 'repaired' }), NOON + HOUR_MS);
  assert.equal(featuresOf(foldLog([repaired, open], ZONE), NOON + 24 * HOUR_MS, ZONE)['open_fault_hours'], 0);
});

test('of nine faults the eight latest are known', () => {
  const log = Array.from({ length: 9 }, (_, i) =>
    sampleEvent(sampleFault({ faultId: `f${i}`, reportedAtMs: NOON + i * HOUR_MS }), NOON + i * HOUR_MS),
  );
  for (const order of [log, log.toReversed()]) {
    assert.equal(featuresOf(foldLog(order, ZONE), NOON + 10 * HOUR_MS, ZONE)['open_fault_hours'], 9);
  }
});

test('a reversed top-up takes its money back but was no top-up', () => {
  const log = [
    sampleEvent(sampleTopUp({ amountMinor: 5_000 }), NOON),
    sampleEvent(sampleTopUp({ amountMinor: -5_000 }), NOON + HOUR_MS),
  ];
  const features = featuresOf(foldLog(log, ZONE), NOON, ZONE);
  assert.equal(features['top_ups_28d'], 1);
  assert.equal(features['top_up_sum_28d'], 0);
  assert.equal(features['days_since_top_up'], 0);
});

test('the slices of one call are one call with all of their seconds', () => {
  const log = [1, 2, 3].map((recordSequenceNumber) =>
    sampleEvent(sampleCall({ recordSequenceNumber, durationS: 600 }), NOON + recordSequenceNumber * 600_000),
  );
  const features = featuresOf(foldLog(log, ZONE), NOON, ZONE);
  assert.equal(features['mo_calls_7d'], 1);
  assert.equal(features['mo_seconds_28d'], 1_800);
});

test('a contract runs out over the end of a month and a leap day', () => {
  const signed = Date.UTC(2028, 1, 27, 4);
  const log = [sampleEvent(sampleContract({ endsAtMs: Date.UTC(2028, 2, 1, 4) }), signed)];
  const left = (instantMs: number): number | undefined =>
    featuresOf(foldLog(log, ZONE), instantMs, ZONE)['contract_days_left'];
  assert.equal(left(signed), 3);
  assert.equal(left(Date.UTC(2028, 1, 29, 4)), 1);
  assert.equal(left(Date.UTC(2028, 2, 31, 4)), -30);
});

test('days are civil days: one second after midnight is the next day', () => {
  const midnight = Date.UTC(2026, 2, 10, 16);
  const state = foldLog([sampleEvent(sampleCall(), midnight - 1_000)], ZONE);
  assert.equal(featuresOf(state, midnight - 1, ZONE)['days_since_mo_call'], 0);
  assert.equal(featuresOf(state, midnight, ZONE)['days_since_mo_call'], 1);
});

test('days of 23 and of 25 hours are one day each', () => {
  const zone = 'Europe/Vilnius';
  for (const noonBefore of [Date.UTC(2026, 2, 28, 10), Date.UTC(2026, 9, 24, 9)]) {
    const state = foldLog([sampleEvent(sampleCall(), noonBefore)], zone);
    for (const days of [0, 1, 2, 6, 7]) {
      const features = featuresOf(state, noonBefore + days * DAY_MS, zone);
      assert.equal(features['days_since_mo_call'], days);
      assert.equal(features['mo_calls_7d'], days < 7 ? 1 : 0);
    }
  }
});

test('silence shows without any event', () => {
  const state = foldLog([seenLongAgo(), sampleEvent(sampleCall(), NOON)], ZONE);
  for (const days of [0, 1, 10, 27]) {
    const features = featuresOf(state, NOON + days * DAY_MS, ZONE);
    assert.equal(features['days_since_own_activity'], days);
    assert.equal(features['longest_gap_days_28d'], Math.max(27 - days, days));
  }
});

/** Seen from so early that no window is cut short, with nothing that counts. */
function seenLongAgo(): SubscriberEvent {
  return sampleEvent({ type: 'location_update', location: undefined }, NOON - 200 * DAY_MS);
}

test('how overdue a top-up is becomes unknown, not zero, when the usual distance is no longer known', () => {
  const state = foldLog([sampleEvent(sampleTopUp(), NOON), sampleEvent(sampleTopUp(), NOON + 30 * DAY_MS)], ZONE);
  const overdue = (days: number): number | undefined =>
    featuresOf(state, NOON + days * DAY_MS, ZONE)['top_up_overdue_90d'];
  assert.ok((overdue(119) ?? 0) > 0.9);
  assert.equal(overdue(120), Number.NaN);
});

test('a contract without an end has no days left to tell', () => {
  const state = foldLog([sampleEvent(sampleContract({ endsAtMs: 0 }), NOON)], ZONE);
  assert.equal(featuresOf(state, NOON, ZONE)['contract_days_left'], Number.NaN);
});
