import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { populationStability } from '../../../services/core/quality/population-stability.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const BINS = 11;

test('with many rows it is the textbook sum', () => {
  const shares = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: BINS, maxLength: BINS });
  fc.assert(
    fc.property(shares, shares, (actual, expected) => {
      const [p, q] = [normalised(actual), normalised(expected)];
      const textbook = p.reduce((sum, share, i) => sum + (share - (q[i] ?? 0)) * Math.log(share / (q[i] ?? 1)), 0);
      const rows = 1e9;
      const counts = p.map((share) => share * rows);
      assert.ok(Math.abs(populationStability(counts, expected, rows) - textbook) < 1e-5 * (1 + textbook));
    }),
  );
});

test('it is never negative, never infinite, and 0 for equal shares', () => {
  const counts = fc.array(fc.nat(1_000), { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(counts, counts, (actual, expected) => {
      const rows = expected.reduce((sum, count) => sum + count, 0);
      const own = actual.reduce((sum, count) => sum + count, 0);
      fc.pre(own > 0 && rows > 0);
      const index = populationStability(padded(actual), padded(expected), rows);
      assert.ok(index >= 0 && index < Infinity);
      assert.ok(populationStability(actual, actual, own) < 1e-9);
    }),
  );
});

test('two samples of one population differ by little more than 0 on average, however small they are', () => {
  const random = seededRandom(5);
  for (const [rows, expectedRows] of [
    [300, 300],
    [300, 2_100],
    [3_000, 20_000],
  ] as const) {
    let sum = 0;
    for (let run = 0; run < 300; run++) {
      sum += populationStability(sample(rows, random), sample(expectedRows, random), expectedRows);
    }
    // Negative values are cut off, which leaves less than one standard deviation of chance.
    const deviation = Math.sqrt(2 * (BINS - 1)) * (1 / rows + 1 / expectedRows);
    assert.ok(sum > 0 && sum / 300 < deviation, `${sum / 300} for ${rows} rows against ${expectedRows}`);
  }
});

function sample(rows: number, random: () => number): number[] {
  const counts = Array.from({ length: BINS }, () => 0);
  for (let i = 0; i < rows; i++) {
    const bin = Math.floor(random() * BINS);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

function padded(counts: readonly number[]): number[] {
  return Array.from({ length: 12 }, (_, i) => counts[i] ?? 0);
}

function normalised(counts: readonly number[]): number[] {
  const sum = counts.reduce((total, count) => total + count, 0);
  return counts.map((count) => count / sum);
}
