import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { asOfFor } from '../../../services/core/features/feature-view.ts';
import { FEATURE_NAMES } from '../../../services/core/features/registry.ts';
import { arbitraryLog } from '../../support/arbitrary-events.ts';
import { featuresOf, foldLog } from '../../support/folded-features.ts';
import { createNaiveDayOf, naiveFeatures } from '../../support/naive-features.ts';
import { sampleCall, sampleEvent } from '../../support/sample-events.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ZONES = ['America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe'];

/** Instants around which days are not like others, or months and years begin. */
const TURNS: readonly (readonly [what: string, atMs: number])[] = [
  ['the clocks of New York go forward', Date.UTC(2028, 2, 12, 7)],
  ['the clocks of New York go back', Date.UTC(2028, 10, 5, 6)],
  ['the clocks of Berlin go forward', Date.UTC(2028, 2, 26, 1)],
  ['the clocks of Berlin go back', Date.UTC(2028, 9, 29, 1)],
  ['the clocks of Lord Howe go back by half an hour', Date.UTC(2028, 3, 1, 15)],
  ['the clocks of Lord Howe go forward by half an hour', Date.UTC(2028, 8, 30, 15, 30)],
  ['a leap day', Date.UTC(2028, 1, 29, 12)],
  ['the end of February in other years', Date.UTC(2027, 2, 1)],
  ['the end of a month of 30 days', Date.UTC(2028, 4, 1)],
  ['the end of a year', Date.UTC(2028, 0, 1)],
];

describe('features count civil days of the operator, as the raw events give them, around', () => {
  for (const [what, atMs] of TURNS) {
    test(what, () => {
      // Within days of the turn, and seen at any time from hours to months after it.
      const scenario = fc.record({
        timeZone: fc.constantFrom(...ZONES),
        log: fc
          .constantFrom(2, 6, 40)
          .chain((days) => arbitraryLog({ startMs: atMs - days * HOUR_MS * 12, days, disorderDays: 2, maxEvents: 60 })),
        laterMs: fc.oneof(fc.nat(3 * DAY_MS), fc.nat(100 * DAY_MS)),
      });
      fc.assert(
        fc.property(scenario, ({ timeZone, log, laterMs }) => {
          const state = foldLog(log, timeZone);
          const asOfMs = asOfFor(state, state.lastEventAtMs + laterMs);
          const folded = featuresOf(state, asOfMs, timeZone);
          const naive = naiveFeatures(log, asOfMs, createNaiveDayOf(timeZone));
          for (const name of FEATURE_NAMES) assertSame(name, folded[name], naive[name]);
        }),
        { numRuns: 60 },
      );
    });
  }
});

test('who calls at the same local time each day is active each day, whatever the clocks do', () => {
  const DAYS = 28;
  for (const timeZone of ZONES) {
    for (const [what, turnMs] of TURNS) {
      const today = createNaiveDayOf(timeZone)(turnMs) + DAYS / 2;
      const log = Array.from({ length: DAYS }, (_, ago) => {
        const atMs = instantAtLocal(timeZone, today - ago, 23);
        return sampleEvent(sampleCall(), atMs, { eventId: `call-${ago}` });
      }).toReversed();
      const state = foldLog(log, timeZone);
      const features = featuresOf(state, state.lastEventAtMs, timeZone);
      const { mo_calls_28d, active_days_28d, longest_gap_days_28d, observed_days } = features;
      assert.deepEqual(
        { mo_calls_28d, active_days_28d, longest_gap_days_28d, observed_days },
        { mo_calls_28d: DAYS, active_days_28d: 1, longest_gap_days_28d: 0, observed_days: DAYS },
        `${what}, seen from ${timeZone}`,
      );
    }
  }
});

/** The instant that a day has at a full hour by the clocks of a zone: looked for, hour by half hour. */
function instantAtLocal(timeZone: string, day: number, hour: number): number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const dayOf = createNaiveDayOf(timeZone);
  const wanted = `${String(hour).padStart(2, '0')}:00`;
  for (let atMs = day * DAY_MS - DAY_MS; atMs < day * DAY_MS + 2 * DAY_MS; atMs += HOUR_MS / 2) {
    if (dayOf(atMs) === day && format.format(atMs) === wanted) return atMs;
  }
  throw new RangeError(`${timeZone} has no ${wanted} on day ${day}`);
}

/** Whole numbers are equal, others within what the order of additions may change. */
function assertSame(name: string, a = Number.NaN, b = Number.NaN): void {
  const isClose = Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b), 1e-3);
  const isSame = Number.isNaN(a) || Number.isNaN(b) ? Number.isNaN(a) && Number.isNaN(b) : isClose;
  assert.ok(isSame && (!Number.isInteger(b) || a === b), `${name}: folded ${a}, naive ${b}`);
}
