import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SubscriberEvent } from '../../../services/core/events/subscriber-event.ts';
import { asOfFor } from '../../../services/core/features/feature-view.ts';
import { FEATURE_NAMES } from '../../../services/core/features/registry.ts';
import { foldEvent } from '../../../services/core/subscriber/fold-event.ts';
import { decodeSubscriber, encodeSubscriber } from '../../../services/core/subscriber/subscriber-codec.ts';
import { newSubscriber } from '../../../services/core/subscriber/subscriber-state.ts';
import type { SubscriberState } from '../../../services/core/subscriber/subscriber-state.ts';
import { createCivilCalendar } from '../../../services/core/time/civil-calendar.ts';
import { arbitraryLog, arbitraryReorder } from '../../support/arbitrary-events.ts';
import { featuresOf, foldLog } from '../../support/folded-features.ts';
import { createNaiveDayOf, naiveFeatures } from '../../support/naive-features.ts';

const DAY_MS = 86_400_000;

/** Spans with a leap day, with a change of the clocks in Vilnius, and with the end of a year. */
const STARTS = [Date.UTC(2023, 11, 20), Date.UTC(2026, 1, 10), Date.UTC(2025, 8, 25)];
const ZONES = ['Asia/Shanghai', 'Europe/Vilnius'];

const anyLog = fc.record({
  timeZone: fc.constantFrom(...ZONES),
  startMs: fc.constantFrom(...STARTS),
  shape: fc.constantFrom(
    { days: 80, disorderDays: 80 },
    { days: 130, disorderDays: 30 },
    { days: 20, disorderDays: 5 },
  ),
});

const scenario = anyLog.chain(({ timeZone, startMs, shape }) =>
  fc.record({
    timeZone: fc.constant(timeZone),
    disorderDays: fc.constant(shape.disorderDays),
    log: arbitraryLog({ startMs, ...shape, maxEvents: 160 }),
    laterMs: fc.oneof(fc.constant(0), fc.nat(40 * DAY_MS), fc.nat(200 * DAY_MS)),
  }),
);

test('folding any log gives the features that its raw events give', () => {
  fc.assert(
    fc.property(scenario, ({ timeZone, log, laterMs }) => {
      const state = foldLog(log, timeZone);
      const asOfMs = asOfFor(state, state.lastEventAtMs + laterMs);
      assertSameFeatures(featuresOf(state, asOfMs, timeZone), naiveFeatures(log, asOfMs, createNaiveDayOf(timeZone)));
    }),
    { numRuns: 400 },
  );
});

test('storing and loading in between changes no feature', () => {
  fc.assert(
    fc.property(scenario, fc.array(fc.nat(160), { maxLength: 8 }), ({ timeZone, log, laterMs }, stores) => {
      const straight = foldLog(log, timeZone);
      const stored = foldWithStores(log, timeZone, stores);
      const asOfMs = straight.lastEventAtMs + laterMs;
      assert.deepEqual(stored, straight);
      assert.deepEqual(featuresOf(stored, asOfMs, timeZone), featuresOf(straight, asOfMs, timeZone));
    }),
    { numRuns: 150 },
  );
});

test('the order of the events makes no difference to any feature', () => {
  const reordered = scenario.chain((made) =>
    // A month billed twice is a correction that the log's order decides, so that it cannot be shuffled.
    fc.record({
      made: fc.constant({ ...made, log: made.log.filter(isFirstBillOfItsMonth) }),
      other: arbitraryReorder(made.log.filter(isFirstBillOfItsMonth), made.disorderDays),
    }),
  );
  fc.assert(
    fc.property(reordered, ({ made: { timeZone, log, laterMs }, other }) => {
      const state = foldLog(log, timeZone);
      const asOfMs = state.lastEventAtMs + laterMs;
      assert.deepEqual(featuresOf(foldLog(other, timeZone), asOfMs, timeZone), featuresOf(state, asOfMs, timeZone));
    }),
    { numRuns: 200 },
  );
});

test('reading a log twice changes nothing', () => {
  fc.assert(
    fc.property(scenario, ({ timeZone, log }) => {
      const calendar = createCivilCalendar(timeZone);
      const once = foldLog(log, timeZone);
      const twice = foldLog(log, timeZone);
      const newestDay = once.tiles.at(-1)?.day ?? 0;
      const kept = log.filter((event) => calendar.dayOf(event.occurredAtMs) > newestDay - 91);
      for (const event of kept) {
        assert.equal(foldEvent(twice, event, { calendar, acceptedFromMs: undefined }), 'duplicate');
      }
      assert.deepEqual(twice, once);
    }),
    { numRuns: 100 },
  );
});

test('the naive features are those of the registry, neither more nor fewer', () => {
  const [event] = fc.sample(arbitraryLog({ startMs: 0, days: 1, disorderDays: 0, maxEvents: 1 }), 1)[0] ?? [];
  assert.ok(event);
  const names = Object.keys(naiveFeatures([event], event.occurredAtMs, createNaiveDayOf('UTC')));
  assert.deepEqual(names.toSorted(), FEATURE_NAMES.toSorted());
});

function isFirstBillOfItsMonth({ body }: SubscriberEvent, i: number, log: readonly SubscriberEvent[]): boolean {
  if (body.type !== 'bill') return true;
  return log.findIndex((other) => other.body.type === 'bill' && other.body.month === body.month) === i;
}

/** As foldLog, with the state written to bytes and read back before some events. */
function foldWithStores(log: readonly SubscriberEvent[], timeZone: string, stores: readonly number[]): SubscriberState {
  const calendar = createCivilCalendar(timeZone);
  let state = newSubscriber(log[0]?.occurredAtMs ?? 0);
  log.forEach((event, i) => {
    if (stores.includes(i)) state = decodeSubscriber(encodeSubscriber(state));
    foldEvent(state, event, { calendar, acceptedFromMs: undefined });
  });
  return state;
}

function assertSameFeatures(
  actual: Readonly<Record<string, number>>,
  expected: Readonly<Record<string, number>>,
): void {
  const differing = FEATURE_NAMES.filter((name) => !isSame(actual[name], expected[name]));
  assert.deepEqual(
    differing.map((name) => ({ name, folded: actual[name], naive: expected[name] })),
    [],
  );
}

/** Whole numbers are equal, others within what the order of additions may change. */
function isSame(a = Number.NaN, b = Number.NaN): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  if (Number.isInteger(a) && Number.isInteger(b)) return a === b;
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b), 1e-3);
}
