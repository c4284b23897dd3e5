import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftBaseline } from '../../../services/core/quality/drift-baseline.ts';
import { layoutOf } from '../../../services/core/quality/drift-layout.ts';
import { MIN_SCORES, SHIFT_HOURS, measureDrift, measureShift } from '../../../services/core/quality/measure-drift.ts';
import { HOUR_MS } from '../../../services/core/quality/quality-hour.ts';
import { countDailyScore, newLedger } from '../../../services/core/quality/quality-ledger.ts';
import { SLOTS_PER_DAY, SLOT_MS } from '../../../services/core/time/daily-moment.ts';
import { createDriftWatch } from '../../support/drift-watch.ts';
import { seededNormal, seededRandom } from '../../support/seeded-random.ts';

/** Of each kind that many: drawn anew each day, a person's own with a little change by the day, by the hour of the day. */
const PER_KIND = 6;
const FEATURES = 3 * PER_KIND;
/** Makes a PSI of 0.25 over tenths of a normal distribution. */
const SHIFT = 0.516;
const TENTHS = [-1.2816, -0.8416, -0.5244, -0.2533, 0, 0.2533, 0.5244, 0.8416, 1.2816];

const baseline: DriftBaseline = {
  rows: 10_000,
  features: Array.from({ length: FEATURES }, (_, index) => ({
    name: `feature_${index}`,
    index,
    edges: Float32Array.from(TENTHS),
    counts: Array.from({ length: 10 }, () => 1_000),
    missing: 0,
  })),
  score: { edges: Float32Array.of(0.1, 0.2, 0.4), counts: [4_000, 3_000, 2_000, 1_000] },
};
const layout = layoutOf(baseline);

interface Life {
  readonly subscribers: number;
  readonly days: number;
  readonly seed: number;
  /** Adds to one feature from an instant on. */
  readonly shift?: { readonly feature: number; readonly fromMs: number; readonly by: number };
}

/** Subscribers who never change, watched by the scorer's own counting; looks as often as slots pass. */
function live(
  { subscribers, days, seed, shift }: Life,
  everySlots: number,
): { readonly alarmsAtMs: readonly number[] } {
  const random = seededRandom(seed);
  const normal = seededNormal(random);
  const people = Array.from({ length: subscribers }, () => ({
    slot: Math.floor(random() * SLOTS_PER_DAY),
    own: Array.from({ length: FEATURES }, normal),
  })).toSorted((a, b) => a.slot - b.slot);
  const ledger = newLedger();
  const watch = createDriftWatch(layout);
  const alarmsAtMs: number[] = [];
  const vectors = new Float32Array(FEATURES);
  for (let day = 0; day < days; day++) {
    let next = 0;
    for (let slot = 0; slot < SLOTS_PER_DAY; slot++) {
      const momentMs = (day * SLOTS_PER_DAY + slot) * SLOT_MS;
      const hourly = 1.5 * Math.sin((2 * Math.PI * slot) / SLOTS_PER_DAY);
      for (let person = people[next]; person?.slot === slot; person = people[++next]) {
        for (let i = 0; i < FEATURES; i++) {
          const own = person.own[i] ?? 0;
          if (i < PER_KIND) vectors[i] = normal();
          else if (i < 2 * PER_KIND) vectors[i] = 0.98 * own + 0.2 * normal();
          else vectors[i] = hourly + 0.7 * own + 0.7 * normal();
        }
        if (shift !== undefined && momentMs >= shift.fromMs)
          vectors[shift.feature] = (vectors[shift.feature] ?? 0) + shift.by;
        const riskScore = random() * 0.5;
        countDailyScore(ledger, layout, { modelVersion: 'm/1', momentMs, vectors, at: 0, riskScore, riskBand: 'low' });
      }
      if (slot % everySlots !== 0) continue;
      const alarms = watch.alarms.length;
      watch.look(ledger);
      if (watch.alarms.length > alarms) alarmsAtMs.push(momentMs);
    }
  }
  return { alarmsAtMs };
}

test('where nothing changes, thirty days bring no alarm, in a base as small as is judged at all', () => {
  const subscribers = (24 / SHIFT_HOURS) * MIN_SCORES + 40;
  for (const seed of [1, 2]) {
    assert.deepEqual(live({ subscribers, days: 37, seed }, 12).alarmsAtMs, []);
  }
});

test('a shift of 0.25 is found within six hours of events, whenever in the day it begins', () => {
  for (const [feature, fromHours] of [
    [0, 0],
    [PER_KIND, 5.4],
    [2 * PER_KIND - 1, 13],
    [1, 20.9],
  ] as const) {
    const fromMs = (4 * 24 + fromHours) * HOUR_MS;
    const shift = { feature, fromMs, by: SHIFT };
    const { alarmsAtMs } = live({ subscribers: 4_000, days: 6, seed: 3, shift }, 3);
    const [firstMs = Infinity] = alarmsAtMs;
    assert.ok(firstMs >= fromMs, 'no alarm before');
    assert.ok(firstMs - fromMs <= 6 * HOUR_MS, `found after ${(firstMs - fromMs) / HOUR_MS} h`);
  }
});

test('with too few scores nothing is said', () => {
  const ledger = newLedger();
  const vectors = new Float32Array(FEATURES);
  for (let day = 0; day < 4; day++) {
    for (let i = 0; i < MIN_SCORES - 1; i++) {
      const momentMs = day * 24 * HOUR_MS + i;
      countDailyScore(ledger, layout, {
        modelVersion: 'm/1',
        momentMs,
        vectors,
        at: 0,
        riskScore: 0.1,
        riskBand: 'low',
      });
    }
  }
  const hours = new Map(
    [...ledger.closed, ledger.open].flatMap((hour) => (hour === undefined ? [] : [[hour.hour, hour] as const])),
  );
  const shift = measureShift(hours, layout, 72);
  assert.equal(shift.scores, MIN_SCORES - 1);
  assert.equal(shift.scorePsi, undefined);
  assert.ok(shift.features.every(({ psi }) => psi === undefined));
  const drift = measureDrift(hours, layout, [0, 24]);
  assert.ok(drift.features.every(({ psi }) => psi !== undefined && psi > 1));
});
