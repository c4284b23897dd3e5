import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatValue } from '../../../services/core/explain/format-value.ts';
import type { FeatureUnit } from '../../../services/core/features/feature.ts';

test('values are written as their unit is spoken', () => {
  const cases: readonly (readonly [number, FeatureUnit, string, string])[] = [
    [3, 'count', '3', '3'],
    [100, 'count', '100', '100'],
    [12_345.67, 'count', '12,345.7', '12,345.7'],
    [3e38, 'count', '3.0×10^38', '3.0×10^38'],
    [Math.fround(0.1), 'score', '0.1', '0.1'],
    [1, 'seconds', '1 second', '1秒'],
    [45, 'seconds', '45 seconds', '45秒'],
    [750, 'seconds', '12.5 minutes', '12.5分钟'],
    [9_000, 'seconds', '2.5 hours', '2.5小时'],
    [1, 'days', '1 day', '1天'],
    [6.25, 'days', '6.3 days', '6.3天'],
    [2.5, 'hours', '2.5 hours', '2.5小时'],
    [24, 'months', '24 months', '24个月'],
    [123_456, 'minor_units', '1,234.56', '1,234.56'],
    [-50, 'minor_units', '-0.50', '-0.50'],
    [-0.1, 'minor_units', '0.00', '0.00'],
    [0, 'minor_units', '0.00', '0.00'],
    [1 / 3, 'minor_units', 'under 0.01', '不到0.01'],
    [512, 'bytes', '512 B', '512 B'],
    [2_500_000, 'bytes', '2.5 MB', '2.5 MB'],
    [3_200_000_000, 'bytes', '3.2 GB', '3.2 GB'],
    [0.125, 'ratio', '12.5%', '12.5%'],
    [1, 'flag', 'yes', '是'],
    [0, 'flag', 'no', '否'],
    [Number.NaN, 'count', 'not known', '未知'],
    [Number.POSITIVE_INFINITY, 'ratio', 'not known', '未知'],
  ];
  for (const [value, unit, en, zh] of cases) assert.deepEqual(formatValue(value, unit), { en, zh });
});

test('a number is never written as another one of a different size', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e14, max: 1e14, noNaN: true }), (value) => {
      const written = Number(formatValue(value, 'count').en.replaceAll(',', ''));
      assert.ok(Math.abs(written - value) <= 0.0501 + Math.abs(value) * 1e-12);
    }),
  );
});
