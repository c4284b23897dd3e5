import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createByteReader } from '../../../services/core/encoding/byte-reader.ts';
import { createByteWriter } from '../../../services/core/encoding/byte-writer.ts';
import {
  addToTally,
  mergeTally,
  newTally,
  readTally,
  writeTally,
} from '../../../services/core/quality/matured-tally.ts';
import type { MaturedTally } from '../../../services/core/quality/matured-tally.ts';
import { measureOutcomes } from '../../../services/core/quality/measure-outcomes.ts';
import { seededNormal, seededRandom } from '../../support/seeded-random.ts';

interface Case {
  readonly riskScore: number;
  readonly wasHigh: boolean;
  readonly isGone: boolean;
}

const cases = fc.array(
  fc.record({
    riskScore: fc.float({ min: 0, max: 1, noNaN: true }),
    wasHigh: fc.boolean(),
    isGone: fc.boolean(),
  }),
  { maxLength: 60 },
);

test('tallies of parts add up to the tally of all, in any order', () => {
  fc.assert(
    fc.property(cases, cases, cases, (a, b, c) => {
      const forwards = newTally();
      for (const part of [a, b, c]) mergeTally(forwards, tallyOf(part));
      const backwards = newTally();
      for (const part of [c, a, b]) mergeTally(backwards, tallyOf(part));
      assert.deepEqual(forwards, tallyOf([...a, ...b, ...c]));
      assert.deepEqual(backwards, forwards);
    }),
  );
});

test('a tally comes back as it was stored', () => {
  const writer = createByteWriter();
  fc.assert(
    fc.property(cases, (made) => {
      writer.begin();
      writeTally(writer, tallyOf(made));
      const reader = createByteReader(writer.take());
      assert.deepEqual(readTally(reader), tallyOf(made));
      assert.ok(reader.isAtEnd());
    }),
  );
});

test('AUC from bins is the AUC of the scores within 0.002, Brier score and precision are those of the scores', () => {
  const random = seededRandom(11);
  const normal = seededNormal(random);
  for (const spread of [0.8, 1, 2]) {
    const made = Array.from({ length: 4_000 }, (): Case => {
      const logOdds = -2 + spread * normal();
      const riskScore = Math.fround(1 / (1 + Math.exp(-logOdds)));
      return { riskScore, wasHigh: riskScore > 0.4, isGone: random() < riskScore };
    });
    const measured = measureOutcomes(tallyOf(made));
    assert.ok(Math.abs((measured.auc ?? 0) - exactAuc(made)) < 0.002, `${measured.auc} for ${exactAuc(made)}`);
    const brier = mean(made.map(({ riskScore, isGone }) => (riskScore - (isGone ? 1 : 0)) ** 2));
    assert.ok(Math.abs((measured.brier ?? 0) - brier) < 1e-6);
    assert.equal(measured.highPrecision, mean(made.filter(({ wasHigh }) => wasHigh).map(({ isGone }) => +isGone)));
    // Scores that mean what they say: what is left is chance.
    assert.ok((measured.calibrationError ?? 1) < 0.025, `calibration error ${measured.calibrationError}`);
  }
});

test('scores that promise twice what happens have a calibration error of half their mean', () => {
  const made = Array.from({ length: 1_000 }, (_, i) => ({ riskScore: 0.4, wasHigh: false, isGone: i % 5 === 0 }));
  assert.ok(Math.abs((measureOutcomes(tallyOf(made)).calibrationError ?? 0) - 0.2) < 1e-9);
});

test('nothing is said of what nothing is known of', () => {
  assert.deepEqual(measureOutcomes(newTally()), {
    gone: 0,
    stayed: 0,
    auc: undefined,
    highPrecision: undefined,
    brier: undefined,
    calibrationError: undefined,
  });
  const onlyStayed = measureOutcomes(tallyOf([{ riskScore: 0.5, wasHigh: false, isGone: false }]));
  assert.equal(onlyStayed.auc, undefined);
  assert.equal(onlyStayed.brier, 0.25);
});

function tallyOf(made: readonly Case[]): MaturedTally {
  const tally = newTally();
  for (const one of made) addToTally(tally, one, one.isGone ? 'gone' : 'stayed');
  return tally;
}

function exactAuc(made: readonly Case[]): number {
  const gone = made.filter(({ isGone }) => isGone);
  const stayed = made.filter(({ isGone }) => !isGone);
  let pairs = 0;
  for (const a of gone) {
    for (const b of stayed) pairs += a.riskScore > b.riskScore ? 1 : a.riskScore === b.riskScore ? 0.5 : 0;
  }
  return pairs / (gone.length * stayed.length);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
