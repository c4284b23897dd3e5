import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CIRCLE_SIZE, MAX_PRINTS_PER_DAY } from '../../../services/core/subscriber/subscriber-state.ts';
import { foldEvent } from '../../../services/core/subscriber/fold-event.ts';
import { decodeSubscriber, encodeSubscriber } from '../../../services/core/subscriber/subscriber-codec.ts';
import { newSubscriber } from '../../../services/core/subscriber/subscriber-state.ts';
import { createCivilCalendar } from '../../../services/core/time/civil-calendar.ts';
import { arbitraryReorder } from '../../support/arbitrary-events.ts';
import { featuresOf, foldLog } from '../../support/folded-features.ts';
import { createNaiveDayOf, naiveFeatures } from '../../support/naive-features.ts';
import {
  sampleActivation,
  sampleCall,
  sampleComplaint,
  sampleEvent,
  sampleMessage,
  sampleParty,
  sampleSession,
  sampleTopUp,
} from '../../support/sample-events.ts';

const ZONE = 'Asia/Shanghai';
const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 2, 10, 4);
const calendar = createCivilCalendar(ZONE);
const context = { calendar, acceptedFromMs: undefined };

test('a duplicate is one by feed, event id and civil day', () => {
  const state = newSubscriber(NOON);
  const event = sampleEvent(sampleCall(), NOON, { eventId: 'x', feed: 'voice' });
  assert.equal(foldEvent(state, event, context), 'folded');
  assert.equal(foldEvent(state, { ...event, recordedAtMs: 1, occurredAtMs: NOON + 1 }, context), 'duplicate');
  assert.equal(foldEvent(state, { ...event, feed: 'data' }, context), 'folded');
  assert.equal(foldEvent(state, { ...event, eventId: 'y' }, context), 'folded');
  assert.equal(foldEvent(state, { ...event, occurredAtMs: NOON + DAY_MS }, context), 'folded');
  assert.equal(featuresOf(state, NOON, ZONE)['mo_calls_7d'], 4);
});

test('feed and event id do not run into each other', () => {
  const state = newSubscriber(NOON);
  foldEvent(state, sampleEvent(sampleCall(), NOON, { feed: 'ab', eventId: 'c' }), context);
  assert.equal(foldEvent(state, sampleEvent(sampleCall(), NOON, { feed: 'a', eventId: 'bc' }), context), 'folded');
});

test('a duplicate is known for as long as it would be accepted, and forgotten after', () => {
  const state = newSubscriber(NOON);
  const event = sampleEvent(sampleCall(), NOON, { eventId: 'x' });
  foldEvent(state, event, context);
  const next = sampleEvent(sampleCall(), NOON + 7 * DAY_MS);
  foldEvent(state, next, { calendar, acceptedFromMs: NOON });
  assert.equal(foldEvent(state, event, { calendar, acceptedFromMs: NOON }), 'duplicate');
  foldEvent(state, sampleEvent(sampleCall(), NOON + 8 * DAY_MS), { calendar, acceptedFromMs: NOON + DAY_MS });
  assert.deepEqual(
    state.tiles.map((tile) => tile.prints.length),
    [0, 1, 1],
  );
});

test('prints of a day are limited', () => {
  const state = newSubscriber(NOON);
  for (let i = 0; i < MAX_PRINTS_PER_DAY + 10; i++) {
    foldEvent(state, sampleEvent(sampleCall(), NOON + i, { eventId: `n${i}` }), context);
  }
  assert.equal(state.tiles[0]?.prints.length, MAX_PRINTS_PER_DAY);
});

test('tiles reach back 91 days from the newest, and an event before them changes nothing', () => {
  const state = newSubscriber(NOON);
  for (const days of [0, 1, 90, 91]) foldEvent(state, sampleEvent(sampleCall(), NOON + days * DAY_MS), context);
  const today = calendar.dayOf(NOON);
  assert.deepEqual(
    state.tiles.map((tile) => tile.day - today),
    [1, 90, 91],
  );
  const before = structuredClone(state);
  foldEvent(state, sampleEvent(sampleTopUp({ balanceAfterMinor: 1 }), NOON), context);
  assert.deepEqual(state, before);
});

test('of values of one kind the latest by event time holds, whatever came last', () => {
  const early = sampleEvent(sampleTopUp({ balanceAfterMinor: 100 }), NOON);
  const late = sampleEvent({ type: 'balance_snapshot', balanceMinor: 200 }, NOON + 1);
  for (const log of [
    [early, late],
    [late, early],
  ]) {
    assert.equal(featuresOf(foldLog(log, ZONE), NOON, ZONE)['balance'], 200);
  }
});

test('the circle is that of the most recent contacts in any order of the contacts', () => {
  const contacts = fc.array(fc.record({ party: fc.nat(59), minute: fc.nat(45 * 1_440) }), {
    minLength: 30,
    maxLength: 200,
    size: 'max',
  });
  const reordered = contacts.chain((met) => {
    const events = met.map(({ party, minute }, i) =>
      sampleEvent(sampleMessage({ otherParty: sampleParty({ partyId: `p${party}` }) }), NOON + minute * 60_000 + i),
    );
    return fc.tuple(fc.constant(events), arbitraryReorder(events, 40));
  });
  let full = 0;
  fc.assert(
    fc.property(reordered, ([log, other]) => {
      const state = foldLog(log, ZONE);
      const byHash = (a: { partyHash: number }, b: { partyHash: number }): number => a.partyHash - b.partyHash;
      assert.deepEqual(foldLog(other, ZONE).circle.toSorted(byHash), state.circle.toSorted(byHash));
      if (state.circle.length === CIRCLE_SIZE) full++;
      const naive = naiveFeatures(log, state.lastEventAtMs, createNaiveDayOf(ZONE));
      const features = featuresOf(state, state.lastEventAtMs, ZONE);
      assert.equal(features['distinct_contacts_7d'], naive['distinct_contacts_7d']);
      assert.equal(features['distinct_contacts_28d'], naive['distinct_contacts_28d']);
    }),
    { numRuns: 100 },
  );
  assert.ok(full > 0, `the circle was full in ${full} of 100 runs`);
});

test('services, hidden numbers, forwarded and failed calls are no contacts', () => {
  const log = [
    sampleCall({ otherParty: sampleParty({ kind: 'service' }) }),
    sampleCall({ otherParty: sampleParty({ kind: 'free' }) }),
    sampleCall({ otherParty: sampleParty({ kind: 'rival_hotline' }) }),
    sampleCall({ otherParty: sampleParty({ partyId: '' }) }),
    sampleCall({ otherParty: undefined }),
    sampleCall({ direction: 'forwarded' }),
    sampleCall({ result: 'failed' }),
  ].map((body, i) => sampleEvent(body, NOON + i));
  assert.equal(featuresOf(foldLog(log, ZONE), NOON, ZONE)['distinct_contacts_7d'], 0);
});

test('two statements of the activation give one tenure in either order', () => {
  const told = sampleEvent(sampleActivation({ transactionAtMs: NOON - 300 * DAY_MS }), NOON);
  const corrected = sampleEvent({ type: 'profile', activatedAtMs: NOON - 400 * DAY_MS }, NOON + 1);
  const tenure = (log: (typeof told)[]): number | undefined =>
    featuresOf(foldLog(log, ZONE), NOON, ZONE)['tenure_days'];
  assert.equal(tenure([corrected, told]), tenure([told, corrected]));
});

test('a long complaint counts on the day it was first heard of, also after that day left the tiles', () => {
  const log = [0, 85, 91, 92].map((days) =>
    sampleEvent(days === 91 ? sampleCall() : sampleComplaint({ step: 'investigating' }), NOON + days * DAY_MS),
  );
  assert.equal(featuresOf(foldLog(log, ZONE), NOON + 92 * DAY_MS, ZONE)['complaints_90d'], 0);
});

test('volumes at the limit of what is accepted, all day long, leave a state that can be read again', () => {
  const log = Array.from({ length: 2_000 }, (_, i) =>
    sampleEvent(sampleSession({ upBytes: 1e12, downBytes: 1e12 }), NOON + i),
  );
  const state = foldLog(log, ZONE);
  assert.deepEqual(decodeSubscriber(encodeSubscriber(state)), state);
});
