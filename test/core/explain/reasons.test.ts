import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatValue } from '../../../services/core/explain/format-value.ts';
import type { FeatureUnit } from '../../../services/core/features/feature.ts';
import { topReasons, type ExplainedFeature } from '../../../services/core/explain/reasons.ts';

const features: readonly ExplainedFeature[] = [
  { name: 'topups_28d', unit: 'count', meaning: { en: 'top-ups in 28 days', zh: '近28天充值次数' } },
  { name: 'spend_28d', unit: 'minor_units', meaning: { en: 'Spend in 28 days', zh: '近28天消费' } },
  { name: 'silent_days', unit: 'days', meaning: { en: 'days without a call', zh: '未通话天数' } },
  { name: 'complained', unit: 'flag', meaning: { en: 'Complained lately', zh: '近期投诉' } },
];
const typicalValues = [14, 1_500, undefined, 0];

test('reasons that raise the risk come first, strongest first, then those that lower it', () => {
  const reasons = topReasons({
    contributions: Float64Array.of(0.2, -0.9, 0.7, 0),
    vector: Float32Array.of(3, 2_050, 19, 1),
    features,
    typicalValues,
    limit: 5,
  });
  assert.deepEqual(
    reasons.map(({ feature, direction, contribution }) => [feature, direction, contribution]),
    [
      ['silent_days', 'raises', 0.7],
      ['topups_28d', 'raises', 0.2],
      ['spend_28d', 'lowers', -0.9],
    ],
  );
  assert.deepEqual(
    reasons.map(({ textEn }) => textEn),
    [
      'Days without a call: 19 days — raises the risk',
      'Top-ups in 28 days: 3 (typical 14) — raises the risk',
      'Spend in 28 days: 20.50 (typical 15.00) — lowers the risk',
    ],
  );
  assert.deepEqual(
    reasons.map(({ textZh }) => textZh),
    [
      '未通话天数：19 天，提高流失风险',
      '近28天充值次数：3（通常为 14），提高流失风险',
      '近28天消费：20.50（通常为 15.00），降低流失风险',
    ],
  );
});

test('a missing value has a phrase of its own and no number', () => {
  const [reason] = topReasons({
    contributions: [0.4, 0, 0, 0],
    vector: Float32Array.of(Number.NaN, 0, 0, 0),
    features,
    typicalValues,
    limit: 3,
  });
  assert.equal(reason?.value, undefined);
  assert.equal(reason?.typicalValue, 14);
  assert.equal(reason.textEn, 'Top-ups in 28 days: not known (typical 14) — raises the risk');
  assert.equal(reason.textZh, '近28天充值次数：无数据（通常为 14），提高流失风险');
});

test('no more reasons than asked for, none of them without influence, none left out that is stronger', () => {
  const contribution = fc.oneof(fc.constant(0), fc.double({ min: -1, max: 1, noNaN: true }));
  fc.assert(
    fc.property(fc.array(contribution, { minLength: 4, maxLength: 4 }), fc.nat({ max: 6 }), (contributions, limit) => {
      const vector = new Float32Array(4);
      const reasons = topReasons({ contributions, vector, features, typicalValues, limit });
      const influential = contributions.filter((value) => value !== 0);
      assert.equal(reasons.length, Math.min(limit, influential.length));
      const raising = influential.filter((value) => value > 0).sort((one, other) => other - one);
      const lowering = influential.filter((value) => value < 0).sort((one, other) => one - other);
      assert.deepEqual(
        reasons.map((reason) => reason.contribution),
        [...raising, ...lowering].slice(0, limit),
      );
    }),
  );
});

test('values are written as their unit is spoken', () => {
  const cases: readonly (readonly [number, FeatureUnit, string, string])[] = [
    [3, 'count', '3', '3'],
    [100, 'count', '100', '100'],
    [12_345.67, 'count', '12,345.7', '12,345.7'],
    [Math.fround(0.1), 'score', '0.1', '0.1'],
    [45, 'seconds', '45 s', '45 秒'],
    [750, 'seconds', '12.5 min', '12.5 分钟'],
    [1, 'days', '1 day', '1 天'],
    [6.25, 'days', '6.3 days', '6.3 天'],
    [2.5, 'hours', '2.5 hours', '2.5 小时'],
    [24, 'months', '24 months', '24 个月'],
    [123_456, 'minor_units', '1,234.56', '1,234.56'],
    [-50, 'minor_units', '-0.50', '-0.50'],
    [-0.1, 'minor_units', '0.00', '0.00'],
    [512, 'bytes', '512 B', '512 B'],
    [2_500_000, 'bytes', '2.5 MB', '2.5 MB'],
    [3_200_000_000, 'bytes', '3.2 GB', '3.2 GB'],
    [0.125, 'ratio', '12.5%', '12.5%'],
    [1, 'flag', 'yes', '是'],
    [0, 'flag', 'no', '否'],
  ];
  for (const [value, unit, en, zh] of cases) assert.deepEqual(formatValue(value, unit), { en, zh });
});
