import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { explainScore } from '../../../services/core/explain/explain-score.ts';
import { storyOf } from '../../../services/core/explain/stories.ts';
import { FEATURES, FEATURE_NAMES } from '../../../services/core/features/registry.ts';
import { contributionsWith, typicalWith, vectorWith } from '../../support/told-features.ts';

test('features that tell one story are added up, and the strongest in its direction speaks for them', () => {
  const { baseMargin, rawMargin, reasons } = explainScore({
    base: -1.5,
    contributions: contributionsWith({
      days_since_top_up: 0.5,
      top_up_overdue_90d: 0.75,
      top_ups_28d: -0.25,
      tenure_days: -2,
      mo_calls_28d: 0.5,
      mo_calls_7d: -0.5,
    }),
    vector: vectorWith({ days_since_top_up: 19, top_up_overdue_90d: 19 / 6, tenure_days: 2_300 }),
    typicalValues: typicalWith({ top_up_overdue_90d: 0.5 }),
  });
  assert.equal(baseMargin, -1.5);
  assert.equal(rawMargin, -2.5);
  // Calls cancel out: they moved nothing.
  assert.deepEqual(
    reasons.map(({ story, feature, direction, contribution, share }) => [
      story,
      feature,
      direction,
      contribution,
      share,
    ]),
    [
      ['tenure', 'tenure_days', 'lowers', -2, 2 / 3],
      ['top_ups', 'top_up_overdue_90d', 'raises', 1, 1 / 3],
    ],
  );
  const [tenure, topUps] = reasons;
  assert.deepEqual([topUps?.value, topUps?.typicalValue, topUps?.unit], [Math.fround(19 / 6), 0.5, 'ratio']);
  assert.deepEqual([tenure?.value, tenure?.typicalValue, tenure?.unit], [2_300, undefined, 'days']);
  assert.equal(topUps?.textEn, 'Top-ups stopped 19 days ago; the usual gap is 6 days.');
  assert.equal(topUps.textZh, '已19天没有充值，平时约每6天充值一次。');
});

test('an unknown value is undefined, and its sentence says what is not known', () => {
  const { reasons } = explainScore({
    base: 0,
    contributions: contributionsWith({ days_since_top_up: 0.4 }),
    vector: vectorWith({}),
    typicalValues: typicalWith({ days_since_top_up: 18 }),
  });
  assert.equal(reasons[0]?.value, undefined);
  assert.equal(reasons[0]?.textEn, 'No top-up is on record.');
});

test('an infinite value is told as unknown, for JSON has none', () => {
  const { reasons } = explainScore({
    base: 0,
    contributions: contributionsWith({ balance: 0.4 }),
    vector: vectorWith({ balance: Infinity }),
    typicalValues: typicalWith({}),
  });
  assert.equal(reasons[0]?.value, undefined);
  assert.match(reasons[0]?.textEn ?? '', /^No balance is on record/);
});

test('whatever the contributions, the stories add up to the margin, strongest first, and their shares to one', () => {
  const contribution = fc.oneof(fc.constant(0), fc.double({ min: -2, max: 2, noNaN: true }));
  const width = FEATURES.length;
  fc.assert(
    fc.property(
      fc.array(contribution, { minLength: width, maxLength: width }),
      fc.double({ min: -4, max: 4, noNaN: true }),
      (contributions, base) => {
        const { baseMargin, rawMargin, reasons } = explainScore({
          base,
          contributions,
          vector: new Float32Array(width),
          typicalValues: [],
        });
        const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
        assert.equal(baseMargin, base);
        assert.ok(Math.abs(baseMargin + sum(reasons.map((reason) => reason.contribution)) - rawMargin) < 1e-9);
        assert.ok(Math.abs(base + sum(contributions) - rawMargin) < 1e-9);
        assert.equal(new Set(reasons.map(({ story }) => story)).size, reasons.length);
        const sizes = reasons.map((reason) => Math.abs(reason.contribution));
        assert.deepEqual(
          sizes,
          sizes.toSorted((one, other) => other - one),
        );
        if (reasons.length > 0) assert.ok(Math.abs(sum(reasons.map(({ share }) => share)) - 1) < 1e-9);
        for (const { story, feature, direction, contribution: whole } of reasons) {
          const way = direction === 'raises' ? 1 : -1;
          const members = FEATURE_NAMES.flatMap((name, index) =>
            storyOf(name) === story ? [contributions[index] ?? 0] : [],
          );
          assert.ok(way * whole > 0);
          assert.equal(storyOf(feature), story);
          assert.equal(
            way * (contributions[FEATURE_NAMES.indexOf(feature)] ?? 0),
            Math.max(...members.map((value) => way * value)),
          );
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('equal contributions always come in the same order', () => {
  const contributions = contributionsWith({
    tenure_days: 0.5,
    balance: -0.5,
    spend_7d: 0.5,
    mo_calls_7d: 0.5,
    mo_calls_28d: 0.5,
  });
  const told = explainScore({ base: 0, contributions, vector: vectorWith({}), typicalValues: [] });
  assert.deepEqual(
    told.reasons.map(({ story, feature }) => [story, feature]),
    [
      ['outgoing_calls', 'mo_calls_7d'],
      ['spend', 'spend_7d'],
      ['balance', 'balance'],
      ['tenure', 'tenure_days'],
    ],
  );
});
