import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { FUTURE_TOLERANCE_MS, validateRecord } from '../../../services/core/events/validate-record.ts';
import type { ParkReason } from '../../../services/core/events/validate-record.ts';
import type { EventBody, LogRecord, SubscriberEvent } from '../../../services/core/events/subscriber-event.ts';
import { arbitraryLog } from '../../support/arbitrary-events.ts';
import {
  sampleActivation,
  sampleBill,
  sampleCall,
  sampleComplaint,
  sampleContact,
  sampleContract,
  sampleEvent,
  sampleFault,
  sampleMessage,
  sampleParty,
  sampleProgress,
  sampleSession,
  sampleSurvey,
  sampleTopUp,
} from '../../support/sample-events.ts';

const NOW = Date.UTC(2026, 2, 10, 4);
const origin = { key: 's1', timestampMs: NOW };

function event(changes: Partial<SubscriberEvent> = {}): SubscriberEvent {
  return { ...sampleEvent(sampleCall(), NOW), ...changes };
}

function commissionOf(share: number): EventBody {
  return {
    type: 'commission_settlement',
    channelId: 'shop-1',
    model: 'share',
    paymentNo: 1,
    periodStartsAtMs: 0,
    periodEndsAtMs: 0,
    share,
    amountMinor: 100,
  };
}

function reasonFor(record: LogRecord, from = origin): ParkReason | 'accepted' {
  const outcome = validateRecord(record, from);
  return outcome.ok ? 'accepted' : outcome.reason;
}

test('what an operator sends is accepted as it is', () => {
  fc.assert(
    fc.property(arbitraryLog({ startMs: NOW, days: 10, disorderDays: 0, maxEvents: 20 }), (log) => {
      for (const record of log) {
        const outcome = validateRecord(record, { key: 's1', timestampMs: record.occurredAtMs });
        assert.ok(outcome.ok && outcome.value === record);
      }
    }),
    { numRuns: 50 },
  );
});

describe('a record is parked for what it lacks', () => {
  const cases: readonly (readonly [name: string, record: LogRecord, reason: ParkReason])[] = [
    ['no event id', event({ eventId: '' }), 'missing_field'],
    ['no subscriber', event({ subscriberId: '' }), 'missing_field'],
    ['no feed', event({ feed: '' }), 'missing_field'],
    ['another key', event({ subscriberId: 's2' }), 'key_mismatch'],
    [
      'a party in clear',
      event({ body: sampleCall({ otherParty: sampleParty({ partyId: '8613900001111' }) }) }),
      'raw_number',
    ],
    [
      'a caller in clear who is forwarded',
      event({ body: sampleCall({ forwardedTo: sampleParty({ partyId: '+8613900001111' }) }) }),
      'raw_number',
    ],
    [
      'a sender in clear',
      event({ body: sampleMessage({ otherParty: sampleParty({ partyId: '13900001111' }) }) }),
      'raw_number',
    ],
    ['a time before any operator', event({ occurredAtMs: Date.UTC(1990, 0, 1) - 1 }), 'time_out_of_range'],
    ['a time of zero', event({ occurredAtMs: 0 }), 'time_out_of_range'],
    ['a time in the future', event({ occurredAtMs: NOW + FUTURE_TOLERANCE_MS + 1 }), 'from_the_future'],
    ['the year 2286', event({ occurredAtMs: 1e13 }), 'from_the_future'],
    ['a mark without its feed', sampleProgress('', NOW), 'missing_field'],
    [
      'a mark of a subscriber',
      { ...sampleProgress('voice', NOW), subscriberId: 's1' } as unknown as LogRecord,
      'key_mismatch',
    ],
    ['a mark from the future', sampleProgress('voice', NOW + FUTURE_TOLERANCE_MS + 1), 'from_the_future'],
    ['a mark of the year 1970', sampleProgress('voice', 0), 'time_out_of_range'],
  ];
  for (const [name, record, reason] of cases) {
    test(name, () => {
      assert.equal(reasonFor(record), reason);
    });
  }
  test('no key at all', () => {
    const outcome = validateRecord(event(), { key: null, timestampMs: NOW });
    assert.equal(outcome.ok ? undefined : outcome.reason, 'key_mismatch');
  });
});

test('the edges of time themselves are accepted', () => {
  assert.equal(reasonFor(event({ occurredAtMs: Date.UTC(1990, 0, 1) })), 'accepted');
  assert.equal(reasonFor(event({ occurredAtMs: NOW + FUTURE_TOLERANCE_MS })), 'accepted');
  assert.equal(reasonFor(sampleProgress('voice', NOW + FUTURE_TOLERANCE_MS)), 'accepted');
});

describe('a field that no real event could hold parks the record', () => {
  const MONTH_S = 31 * 86_400;
  const LATEST_MS = Date.UTC(2100, 0, 1);
  const fields: readonly (readonly [field: string, body: (value: number) => EventBody, min: number, max: number])[] = [
    ['call.duration_s', (durationS) => sampleCall({ durationS }), 0, MONTH_S],
    ['call.charge_minor', (chargeMinor) => sampleCall({ chargeMinor }), -1e12, 1e12],
    ['message.charge_minor', (chargeMinor) => sampleMessage({ chargeMinor }), -1e12, 1e12],
    ['data_session.duration_s', (durationS) => sampleSession({ durationS }), 0, MONTH_S],
    ['data_session.up_bytes', (upBytes) => sampleSession({ upBytes }), 0, 1e12],
    ['data_session.down_bytes', (downBytes) => sampleSession({ downBytes }), 0, 1e12],
    ['data_session.charge_minor', (chargeMinor) => sampleSession({ chargeMinor }), -1e12, 1e12],
    [
      'data_session.out_of_bundle_charge_minor',
      (outOfBundleChargeMinor) => sampleSession({ outOfBundleChargeMinor }),
      -1e12,
      1e12,
    ],
    ['top_up.amount_minor', (amountMinor) => sampleTopUp({ amountMinor }), -1e12, 1e12],
    ['top_up.balance_after_minor', (balanceAfterMinor) => sampleTopUp({ balanceAfterMinor }), -1e12, 1e12],
    ['balance_snapshot.balance_minor', (balanceMinor) => ({ type: 'balance_snapshot', balanceMinor }), -1e12, 1e12],
    ['bill.month', (month) => sampleBill({ month }), 199_001, 999_912],
    ['bill.total_minor', (totalMinor) => sampleBill({ totalMinor }), -1e12, 1e12],
    ['bill.out_of_bundle_data_minor', (outOfBundleDataMinor) => sampleBill({ outOfBundleDataMinor }), -1e12, 1e12],
    ['agent_contact.wait_s', (waitS) => sampleContact({ waitS }), 0, MONTH_S],
    ['agent_contact.handle_s', (handleS) => sampleContact({ handleS }), 0, MONTH_S],
    ['survey.score', (score) => sampleSurvey({ score }), 0, 10],
    ['app_activity.count', (count) => ({ type: 'app_activity', kind: 'login', count }), 0, 1e6],
    [
      'social_mention.sentiment',
      (sentiment) => ({ type: 'social_mention', source: '', matchedTerms: [], sentiment }),
      -1,
      1,
    ],
    ['profile.birth_year', (birthYear) => ({ type: 'profile', birthYear }), 1_880, 9_999],
    ['profile.activated_at_ms', (activatedAtMs) => ({ type: 'profile', activatedAtMs }), 0, LATEST_MS],
    ['complaint.opened_at_ms', (openedAtMs) => sampleComplaint({ openedAtMs }), 0, LATEST_MS],
    ['complaint.closed_at_ms', (closedAtMs) => sampleComplaint({ closedAtMs }), 0, LATEST_MS],
    ['fault.reported_at_ms', (reportedAtMs) => sampleFault({ reportedAtMs }), 0, LATEST_MS],
    ['fault.repaired_at_ms', (repairedAtMs) => sampleFault({ repairedAtMs }), 0, LATEST_MS],
    ['contract_start.starts_at_ms', (startsAtMs) => sampleContract({ startsAtMs }), 0, LATEST_MS],
    ['contract_start.ends_at_ms', (endsAtMs) => sampleContract({ endsAtMs }), 0, LATEST_MS],
    ['activation.transaction_at_ms', (transactionAtMs) => sampleActivation({ transactionAtMs }), 0, LATEST_MS],
    ['commission_settlement.share', commissionOf, 0, 1],
  ];
  for (const [field, body, min, max] of fields) {
    test(`${field} within ${min} and ${max}`, () => {
      for (const value of [min, max]) assert.equal(reasonFor(event({ body: body(value) })), 'accepted');
      for (const value of [min - 1, max + 1, Number.NaN, Infinity, -Infinity]) {
        const outcome = validateRecord(event({ body: body(value) }), origin);
        assert.deepEqual(outcome, { ok: false, reason: 'value_out_of_range', detail: `${field} is out of range` });
      }
    });
  }
});

test('money that is taken back is no rubbish: reversals, credits, debts and credit notes are accepted', () => {
  const bodies: readonly ((minor: number) => EventBody)[] = [
    (amountMinor) => sampleTopUp({ amountMinor }),
    (balanceAfterMinor) => sampleTopUp({ balanceAfterMinor }),
    (chargeMinor) => sampleCall({ chargeMinor }),
    (chargeMinor) => sampleMessage({ chargeMinor }),
    (minor) => sampleSession({ chargeMinor: minor, outOfBundleChargeMinor: minor }),
    (balanceMinor) => ({ type: 'balance_snapshot', balanceMinor }),
    (totalMinor) => sampleBill({ totalMinor, outOfBundleDataMinor: totalMinor }),
  ];
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: -1 }), fc.constantFrom(...bodies), (minor, bodyOf) => {
      assert.equal(reasonFor(event({ body: bodyOf(minor) })), 'accepted');
    }),
  );
});

test('details name fields and never what is in them', () => {
  const secret = '8613912345678';
  const records: LogRecord[] = [
    event({ subscriberId: secret }),
    event({ subscriberId: secret, eventId: '' }),
    event({ occurredAtMs: Number(secret) }),
    event({ body: sampleCall({ chargeMinor: Number(secret) }) }),
    event({ body: sampleTopUp({ amountMinor: -Number(secret) }) }),
    sampleProgress(secret, Number(secret)),
    { ...sampleProgress(secret, NOW), subscriberId: secret } as unknown as LogRecord,
  ];
  for (const record of records) {
    const outcome = validateRecord(record, origin);
    assert.ok(!outcome.ok);
    assert.ok(!outcome.detail.includes(secret), outcome.detail);
  }
});

test('a subscriber in clear is parked, and what is said of it does not repeat the number', () => {
  const number = '8613900001111';
  const outcome = validateRecord(event({ subscriberId: number }), { ...origin, key: number });
  assert.ok(!outcome.ok && outcome.reason === 'raw_number' && !outcome.detail.includes(number));
});
