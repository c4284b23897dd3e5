import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EventBody, SubscriberEvent } from '../../../services/core/events/subscriber-event.ts';
import { dueAfterEvent, isScorable, isTrigger } from '../../../services/core/risk/due.ts';
import type { SubscriberState } from '../../../services/core/subscriber/subscriber-state.ts';
import { createCivilCalendar } from '../../../services/core/time/civil-calendar.ts';
import { foldLog } from '../../support/folded-features.ts';
import {
  sampleActivation,
  sampleBill,
  sampleCall,
  sampleComplaint,
  sampleContact,
  sampleContract,
  sampleEvent,
  samplePortOut,
  sampleServiceChange,
} from '../../support/sample-events.ts';
import { samplePolicy } from '../../support/sample-policy.ts';

const policy = samplePolicy();
const calendar = createCivilCalendar(policy.timeZone);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOON = Date.UTC(2026, 2, 10, 4);

describe('an event is a trigger', () => {
  const cases: readonly (readonly [name: string, body: EventBody, trigger: boolean])[] = [
    ['a new complaint', sampleComplaint(), true],
    ['a complaint without a step', sampleComplaint({ step: 'unspecified' }), true],
    ['a later step of a complaint', sampleComplaint({ step: 'handled' }), false],
    ['a service cancelled', sampleServiceChange({ on: false }), true],
    ['a service taken', sampleServiceChange({ on: true }), false],
    ['a port-out asked for', samplePortOut({ step: 'requested' }), true],
    ['a port-out done', samplePortOut({ step: 'completed' }), false],
    [
      'a question about porting out',
      { type: 'port_out_enquiry', operatorCode: '', channel: 'app', cause: 'other' },
      true,
    ],
    ['a contract that ends', { type: 'contract_end', contractId: 'k1', early: false }, true],
    ['a contract that begins', sampleContract(), false],
    ['a request to close', { type: 'closure_request', reason: 'other', channel: 'app', cause: 'other' }, true],
    ['a call', sampleCall(), false],
    ['a bill', sampleBill(), false],
    ['a contact', sampleContact({ resolved: false }), false],
    ['an activation', sampleActivation(), false],
  ];
  for (const [name, body, trigger] of cases) {
    test(`${name}: ${trigger ? 'yes' : 'no'}`, () => {
      assert.equal(isTrigger(body), trigger);
    });
  }
});

test('a subscriber is scored by an event once warmed up, and not on the last day of the warm-up', () => {
  const first = sampleEvent(sampleCall(), NOON);
  const due = (days: number): string | undefined => dueAfter([first, sampleEvent(sampleCall(), NOON + days * DAY_MS)]);
  assert.equal(due(0), undefined);
  assert.equal(due(27), undefined);
  assert.equal(due(28), 'interval');
});

test('a trigger does not end the warm-up', () => {
  assert.equal(dueAfter([sampleEvent(sampleCall(), NOON), sampleEvent(sampleComplaint(), NOON + DAY_MS)]), undefined);
});

test('between two scores by events lies the interval; triggers do not wait for it', () => {
  const scoredAtMs = NOON + 30 * DAY_MS;
  const due = (body: EventBody, afterMs: number): string | undefined =>
    dueAfter([sampleEvent(sampleCall(), NOON), sampleEvent(body, scoredAtMs + afterMs)], scoredAtMs);
  assert.equal(due(sampleCall(), HOUR_MS - 1), undefined);
  assert.equal(due(sampleCall(), HOUR_MS), 'interval');
  assert.equal(due(sampleComplaint(), 1), 'trigger');
  assert.equal(due(sampleComplaint(), HOUR_MS), 'trigger');
});

test('whoever left is not scored any more, and whoever came back is', () => {
  const log = [sampleEvent(sampleCall(), NOON), sampleEvent(samplePortOut({ step: 'completed' }), NOON + 40 * DAY_MS)];
  assert.equal(dueAfter(log), undefined);
  const back = sampleEvent({ type: 'reactivation', channelId: '', planId: '' }, NOON + 50 * DAY_MS);
  assert.equal(dueAfter([...log, back]), 'interval');
  const state = foldLog(log, policy.timeZone);
  assert.equal(isScorable(state, NOON + 60 * DAY_MS, policy, calendar), false);
});

function dueAfter(log: readonly SubscriberEvent[], lastScoredAtMs = 0): string | undefined {
  const state: SubscriberState = { ...foldLog(log, policy.timeZone), lastScoredAtMs };
  const last = log.at(-1);
  assert.ok(last);
  return dueAfterEvent(state, last.body, policy, calendar);
}
