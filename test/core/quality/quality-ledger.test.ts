import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FEATURES } from '../../../services/core/features/registry.ts';
import type { DriftBaseline } from '../../../services/core/quality/drift-baseline.ts';
import { baselineColumns, columnsOf, layoutOf } from '../../../services/core/quality/drift-layout.ts';
import { measureVersions, mergeHours } from '../../../services/core/quality/measure-quality.ts';
import {
  BANDS,
  HOURS_KEPT,
  HOUR_MS,
  decodeQualityHour,
  encodeQualityHour,
  placeOfHour,
} from '../../../services/core/quality/quality-hour.ts';
import type { QualityHour } from '../../../services/core/quality/quality-hour.ts';
import {
  SPAN_MS,
  countDailyScore,
  countMatured,
  decodeLedger,
  encodeLedger,
  newLedger,
  versionNumber,
} from '../../../services/core/quality/quality-ledger.ts';
import type { QualityLedger } from '../../../services/core/quality/quality-ledger.ts';
import { sampleBaseline } from '../../support/sample-baseline.ts';

const MODEL = 'churn/1.0.0';
const baseline = sampleBaseline();
const layout = layoutOf(baseline);

interface RawScore {
  readonly aheadMs: number;
  readonly values: readonly number[];
  readonly riskScore: number;
  readonly band: number;
}

const rawScores: fc.Arbitrary<readonly RawScore[]> = fc.array(
  fc.record({
    aheadMs: fc.oneof(fc.constant(0), fc.nat(HOUR_MS), fc.nat(50 * HOUR_MS)),
    values: fc.array(fc.oneof(fc.constant(Number.NaN), fc.integer({ min: -2, max: 12 }), fc.float({ noNaN: true })), {
      minLength: 3,
      maxLength: 3,
    }),
    riskScore: fc.float({ min: 0, max: 1, noNaN: true }),
    band: fc.nat(2),
  }),
  { maxLength: 50 },
);

interface TimedScore extends RawScore {
  readonly momentMs: number;
}

function timed(scores: readonly RawScore[]): TimedScore[] {
  let momentMs = Date.UTC(2026, 4, 1);
  return scores.map((score) => ({ ...score, momentMs: (momentMs += score.aheadMs) }));
}

function countAll(scores: readonly TimedScore[]): QualityLedger {
  const ledger = newLedger();
  for (const score of scores) countInto(ledger, score);
  return ledger;
}

function countInto(ledger: QualityLedger, score: TimedScore): void {
  // Behind another vector, as in a batch.
  const at = FEATURES.length;
  const vectors = new Float32Array(2 * at);
  baseline.features.forEach(({ index }, i) => (vectors[at + index] = score.values[i] ?? 0));
  const riskBand = BANDS[score.band] ?? 'low';
  countDailyScore(ledger, layout, { ...score, modelVersion: MODEL, riskBand, vectors, at });
}

/** The same, counted from the raw scores in plain words. */
function naiveHours(scores: readonly TimedScore[]): Map<number, Omit<QualityHour, 'modelVersion'>> {
  const hours = new Map<number, TimedScore[]>();
  for (const score of scores) {
    const hour = Math.floor(score.momentMs / HOUR_MS);
    hours.set(hour, [...(hours.get(hour) ?? []), score]);
  }
  const binsOf = (values: readonly number[], edges: Float32Array): number[] => {
    const bounds = [-Infinity, ...edges, Infinity];
    return bounds
      .slice(1)
      .map((upper, i) => values.filter((x) => x <= upper && (i === 0 || x > (bounds[i] ?? 0))).length);
  };
  return new Map(
    [...hours].map(([hour, inHour]) => [
      hour,
      {
        hour,
        scores: inHour.length,
        bands: [0, 1, 2].map((band) => inHour.filter((score) => score.band === band).length),
        counts: [
          ...baseline.features.flatMap(({ edges }, i) => {
            const values = inHour.map((score) => Math.fround(score.values[i] ?? 0));
            return [...binsOf(values, edges), values.filter((value) => Number.isNaN(value)).length];
          }),
          ...binsOf(
            inHour.map(({ riskScore }) => riskScore),
            baseline.score.edges,
          ),
        ],
      },
    ]),
  );
}

test('the hours of a ledger are what the raw scores give, however its text is stored in between', () => {
  fc.assert(
    fc.property(rawScores, fc.array(fc.nat(50), { maxLength: 4 }), (raw, cuts) => {
      const scores = timed(raw);
      let ledger = newLedger();
      const hours: QualityHour[] = [];
      for (const [i, score] of scores.entries()) {
        countInto(ledger, score);
        hours.push(...ledger.closed.map((hour) => decodeQualityHour(encodeQualityHour(hour))));
        ledger.closed = [];
        if (cuts.includes(i)) ledger = decodeLedger(encodeLedger(ledger));
      }
      if (ledger.open !== undefined) hours.push(ledger.open);
      const found = new Map(hours.map((hour) => [hour.hour, hour]));
      assert.equal(found.size, hours.length);
      for (const [hour, naive] of naiveHours(scores)) {
        assert.deepEqual(found.get(hour), { modelVersion: MODEL, ...naive });
      }
    }),
  );
});

test('hours of partitions add up to the hours of all, in any order', () => {
  fc.assert(
    fc.property(rawScores, fc.array(fc.nat(2), { minLength: 50, maxLength: 50 }), (raw, partitions) => {
      const scores = timed(raw);
      const parts = [0, 1, 2].flatMap((partition) =>
        hoursOf(countAll(scores.filter((_, i) => partitions[i] === partition))),
      );
      const merged = mergeHours(parts, layout, MODEL);
      assert.deepEqual(mergeHours(parts.toReversed(), layout, MODEL), merged);
      for (const hour of hoursOf(countAll(scores))) assert.deepEqual(merged.get(hour.hour), hour);
    }),
  );
});

test('hours of another model or of other bins are not added', () => {
  const hours = hoursOf(countAll(timed([{ aheadMs: 0, values: [1, 2, 3], riskScore: 0.5, band: 0 }])));
  assert.equal(mergeHours(hours, layout, 'churn/2.0.0').size, 0);
  assert.equal(mergeHours(hours, layoutOf(sampleBaseline(['mo_calls_7d'])), MODEL).size, 0);
});

test('an hour is written over only by one that lies more than a week later', () => {
  const week = Array.from({ length: HOURS_KEPT }, (_, i) => placeOfHour(490_000 + i));
  assert.equal(new Set(week).size, HOURS_KEPT);
  assert.equal(placeOfHour(490_000 + HOURS_KEPT), week[0]);
});

test('the columns of a population are its own histogram', () => {
  const ledger = countAll(timed([{ aheadMs: 0, values: [Number.NaN, 10.5, 1], riskScore: 0.25, band: 1 }]));
  const counts = ledger.open?.counts ?? [];
  const at = (index: number): number => columnsOf(counts, layout, index).indexOf(1);
  assert.deepEqual([at(0), at(1), at(2), at(3)], [10, 9, 0, 0]);
  assert.equal(baselineColumns(baseline satisfies DriftBaseline, 0).length, columnsOf(counts, layout, 0).length);
});

test('a new version of the model begins with nothing, and what it predicted before matures under its own name', () => {
  const ledger = newLedger();
  const atMs = 10 * SPAN_MS;
  const first = versionNumber(ledger, 'churn/1.0.0');
  const prediction = { slot: 0, riskScore: 0.7, wasHigh: true, contacted: false };
  countMatured(ledger, { ...prediction, version: first }, 'gone', atMs);
  const second = versionNumber(ledger, 'churn/2.0.0');
  assert.equal(versionNumber(ledger, 'churn/2.0.0'), second);
  countMatured(ledger, { ...prediction, version: first }, 'stayed', atMs);
  countMatured(ledger, { ...prediction, version: second, contacted: true }, 'stayed', atMs);
  const [old, fresh] = measureVersions([decodeLedger(encodeLedger(ledger))]);
  assert.deepEqual(old?.untouched, { gone: 1, stayed: 1, highGone: 1, highStayed: 1 });
  assert.equal(old.recent.highPrecision, 0.5);
  // Whoever was spoken with is counted apart and is in no figure.
  assert.deepEqual(fresh?.contacted, { gone: 0, stayed: 1, highGone: 0, highStayed: 1 });
  assert.equal(fresh.recent.stayed, 0);
});

test('while scorers of two versions take turns, both go on under their own numbers and nothing is forgotten', () => {
  const ledger = newLedger();
  const prediction = { slot: 0, riskScore: 0.7, wasHigh: true, contacted: false };
  const numbers = new Map<string, Set<number>>();
  for (let turn = 0; turn < 20; turn++) {
    const modelVersion = `churn/${turn % 2}.0.0`;
    const version = versionNumber(ledger, modelVersion);
    numbers.set(modelVersion, (numbers.get(modelVersion) ?? new Set()).add(version));
    countMatured(ledger, { ...prediction, version }, 'gone', 10 * SPAN_MS);
  }
  assert.deepEqual([...numbers.values()], [new Set([0]), new Set([1])]);
  assert.deepEqual(
    measureVersions([decodeLedger(encodeLedger(ledger))]).map(({ untouched }) => untouched.gone),
    [10, 10],
  );
});

test('the version that has not scored for longest is forgotten first, and no number is given twice', () => {
  const names = fc.array(fc.nat(7), { maxLength: 60 });
  fc.assert(
    fc.property(names, (turns) => {
      let ledger = newLedger();
      const nameOf = new Map<number, string>();
      for (const [i, turn] of turns.entries()) {
        const name = `churn/${turn}.0.0`;
        const number = versionNumber(ledger, name);
        assert.equal(nameOf.get(number) ?? name, name);
        nameOf.set(number, name);
        const lately = [...new Set(turns.slice(0, i + 1).toReversed())].slice(0, 4).toReversed();
        assert.deepEqual(
          ledger.versions.map(({ modelVersion }) => modelVersion),
          lately.map((kept) => `churn/${kept}.0.0`),
        );
        ledger = decodeLedger(encodeLedger(ledger));
      }
    }),
  );
});

test('figures are of the last two spans of thirty days, over partitions that have come to different ones', () => {
  const prediction = { slot: 0, riskScore: 0.2, wasHigh: false, contacted: false, version: 0 };
  const ledgerWith = (...spans: readonly number[]): QualityLedger => {
    const ledger = newLedger();
    versionNumber(ledger, MODEL);
    for (const span of spans) countMatured(ledger, prediction, 'stayed', (span + 0.5) * SPAN_MS);
    return ledger;
  };
  const stayed = (...ledgers: readonly QualityLedger[]): number | undefined =>
    measureVersions(ledgers)[0]?.recent.stayed;
  assert.equal(stayed(ledgerWith(5, 6, 6, 7)), 3);
  assert.equal(stayed(ledgerWith(5, 7)), 1);
  assert.equal(stayed(ledgerWith(5, 6), ledgerWith(7)), 2);
  assert.equal(stayed(ledgerWith(4, 5), ledgerWith(7)), 1);
  // A straggler counts as of now: it does not bring back what is over.
  assert.equal(stayed(ledgerWith(6, 7, 3)), 3);
  assert.equal(measureVersions([ledgerWith(4, 5, 7)])[0]?.untouched.stayed, 3);
});

function hoursOf({ closed, open }: QualityLedger): QualityHour[] {
  return open === undefined ? closed : [...closed, open];
}
