import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gaussLegendre } from '../../../services/core/explain/gauss-legendre.ts';

test('a rule of n points integrates every power below 2n exactly', () => {
  for (let count = 1; count <= 32; count += 1) {
    const { points, weights } = gaussLegendre(count);
    for (let power = 0; power < 2 * count; power += 1) {
      const integral = points.reduce((sum, point, index) => sum + (weights[index] ?? 0) * point ** power, 0);
      assert.ok(Math.abs(integral - 1 / (power + 1)) < 1e-14);
    }
  }
});
