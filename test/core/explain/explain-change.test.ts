import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { explainChange } from '../../../services/core/explain/explain-change.ts';
import { FEATURES } from '../../../services/core/features/registry.ts';
import { contributionsWith, vectorWith } from '../../support/told-features.ts';

test('a change is told by story, with the leading value before and after', () => {
  const change = explainChange(
    -1,
    {
      vector: vectorWith({ days_since_top_up: 3, tenure_days: 400 }),
      contributions: contributionsWith({ days_since_top_up: -0.5, tenure_days: 0.25 }),
    },
    {
      vector: vectorWith({ days_since_top_up: 19, tenure_days: 416 }),
      contributions: contributionsWith({ days_since_top_up: 1, tenure_days: 0.125 }),
    },
  );
  assert.equal(change.fromMargin, -1.25);
  assert.equal(change.toMargin, 0.125);
  assert.deepEqual(change.changes, [
    {
      story: 'top_ups',
      feature: 'days_since_top_up',
      fromValue: 3,
      toValue: 19,
      unit: 'days',
      direction: 'raises',
      contribution: 1.5,
      share: 1.5 / 1.625,
      textEn: 'Last top-up: 3 days ago → 19 days ago; this raised the risk.',
      textZh: '最近一次充值：3天前 → 19天前，风险因此上升。',
    },
    {
      story: 'other',
      feature: 'tenure_days',
      fromValue: 400,
      toValue: 416,
      unit: 'days',
      direction: 'lowers',
      contribution: -0.125,
      share: 0.125 / 1.625,
      textEn: 'All else taken together lowered the risk.',
      textZh: '其余各项合计，使风险下降。',
    },
  ]);
});

test('a feature whose value changed speaks for its story before a stronger one whose value did not', () => {
  const change = explainChange(
    0,
    { vector: vectorWith({ spend_28d: 500 }), contributions: contributionsWith({ monthly_spend: 0.1 }) },
    {
      vector: vectorWith({ spend_28d: 100 }),
      contributions: contributionsWith({ monthly_spend: 0.9, spend_28d: 0.1 }),
    },
  );
  assert.deepEqual(
    change.changes.map(({ feature, fromValue, toValue, textEn }) => [feature, fromValue, toValue, textEn]),
    [['spend_28d', 500, 100, 'Usage charges in the last 28 days: 5.00 → 1.00; this raised the risk.']],
  );
});

test('what hardly moved the score and what reads the same are one entry at the end, however much that is', () => {
  const { changes } = explainChange(
    0,
    {
      vector: vectorWith({ balance: 500, spend_28d: 300, days_since_top_up: 9 }),
      contributions: contributionsWith({}),
    },
    {
      vector: vectorWith({ balance: 100, spend_28d: 100, days_since_top_up: 9 }),
      contributions: contributionsWith({ balance: 0.25, spend_28d: -0.005, days_since_top_up: 1 }),
    },
  );
  assert.deepEqual(
    changes.map(({ story, feature, direction, textEn }) => [story, feature, direction, textEn]),
    [
      ['balance', 'balance', 'raises', 'Last known balance: 5.00 → 1.00; this raised the risk.'],
      ['other', 'days_since_top_up', 'raises', 'All else taken together raised the risk.'],
    ],
  );
  assert.equal(changes[1]?.contribution, 0.995);
});

test('a top-up is told against the usual gap', () => {
  const { changes } = explainChange(
    0,
    {
      vector: vectorWith({ days_since_top_up: 0, top_up_overdue_90d: 0, top_ups_90d: 15, observed_days: 90 }),
      contributions: contributionsWith({}),
    },
    {
      vector: vectorWith({ days_since_top_up: 12, top_up_overdue_90d: 2, top_ups_90d: 15, observed_days: 90 }),
      contributions: contributionsWith({ top_up_overdue_90d: 1 }),
    },
  );
  assert.deepEqual(
    changes.map(({ textEn, textZh }) => [textEn, textZh]),
    [
      [
        'Last top-up: today at a usual gap of 6 days → 12 days ago at a usual gap of 6 days; this raised the risk.',
        '最近一次充值：今天（平时约每6天一次） → 12天前（平时约每6天一次），风险因此上升。',
      ],
    ],
  );
});

test('what became known or unknown is said', () => {
  const [known] = explainChange(
    0,
    { vector: vectorWith({}), contributions: contributionsWith({}) },
    { vector: vectorWith({ balance: 250 }), contributions: contributionsWith({ balance: -0.1 }) },
  ).changes;
  assert.deepEqual([known?.fromValue, known?.toValue], [undefined, 250]);
  assert.equal(known?.textEn, 'Last known balance: not known → 2.50; this lowered the risk.');
});

test('whatever the contributions, the changes add up to the change of the margin; nothing changed is nothing told', () => {
  const width = FEATURES.length;
  const contributions = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: width, maxLength: width });
  const vector = new Float32Array(width);
  fc.assert(
    fc.property(contributions, contributions, fc.double({ min: -4, max: 4, noNaN: true }), (before, after, base) => {
      const { fromMargin, toMargin, changes } = explainChange(
        base,
        { vector, contributions: before },
        { vector, contributions: after },
      );
      const sum = changes.reduce((total, { contribution }) => total + contribution, 0);
      const shares = changes.reduce((total, { share }) => total + share, 0);
      // What cancels out to the last bit is not told, and takes its share along.
      if (changes.some(({ story }) => story === 'other')) assert.ok(Math.abs(shares - 1) < 1e-9);
      for (const { story, share, textEn } of changes) {
        assert.ok(story === 'other' || (share >= 0.01 && !textEn.includes('All else')));
      }
      assert.ok(changes.findIndex(({ story }) => story === 'other') === -1 || changes.at(-1)?.story === 'other');
      assert.ok(Math.abs(fromMargin + sum - toMargin) < 1e-9);
      const same = { vector, contributions: before };
      assert.deepEqual(explainChange(base, same, same).changes, []);
    }),
  );
});
