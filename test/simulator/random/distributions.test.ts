import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  logNormal,
  normalShareBelow,
  pickByTotals,
  poisson,
  roundFairly,
  runningTotals,
  valueAtShare,
} from '../../../services/simulator/random/distributions.ts';
import { openRandom, seedOf } from '../../../services/simulator/random/random.ts';

function meanOf(draw: () => number, draws = 20_000): number {
  let sum = 0;
  for (let i = 0; i < draws; i += 1) sum += draw();
  return sum / draws;
}

test('streams are uniform, repeatable and independent of each other', () => {
  const means = [1, 2, 3].map((name) => {
    const random = openRandom(5, name);
    return meanOf(() => random.next());
  });
  for (const mean of means) assert.ok(Math.abs(mean - 0.5) < 0.01, `${mean}`);
  const [a, b] = [openRandom(5, 1), openRandom(5, 2)];
  const product = meanOf(() => (a.next() - 0.5) * (b.next() - 0.5));
  assert.ok(Math.abs(product) < 0.003, `${product}`);
  assert.equal(openRandom(5, 1).next(), openRandom(5, 1).next());
});

test('first numbers of neighbouring streams are spread evenly', () => {
  const buckets = new Array<number>(10).fill(0);
  for (let name = 0; name < 20_000; name += 1) {
    const bucket = Math.floor(openRandom(1, name).next() * 10);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  for (const count of buckets) assert.ok(Math.abs(count - 2_000) < 200, `${count}`);
});

test('counts have the stated mean, small and large', () => {
  for (const mean of [0.05, 2, 80]) {
    const random = openRandom(9, mean * 100);
    const found = meanOf(() => poisson(random, mean));
    assert.ok(Math.abs(found - mean) < 0.06 * mean, `${found} for ${mean}`);
  }
  assert.equal(poisson(openRandom(1), 0), 0);
});

test('fair rounding keeps the mean', () => {
  const random = openRandom(4);
  assert.ok(Math.abs(meanOf(() => roundFairly(random, 0.3)) - 0.3) < 0.02);
});

test('half of log-normal draws lie below the median', () => {
  const random = openRandom(6);
  assert.ok(Math.abs(meanOf(() => (logNormal(random, 40, 0.8) < 40 ? 1 : 0)) - 0.5) < 0.02);
});

test('items are picked in proportion to their weights', () => {
  const random = openRandom(8);
  const totals = runningTotals([1, 0, 3]);
  const picks = Array.from({ length: 8_000 }, () => pickByTotals(random, totals));
  assert.ok(!picks.includes(1));
  assert.ok(Math.abs(picks.filter((pick) => pick === 2).length / picks.length - 0.75) < 0.02);
});

test('values by share rise with the share and meet the points', () => {
  const points = [
    [0, 0],
    [0.5, 10],
    [1, 100],
  ] as const;
  assert.equal(valueAtShare(points, 0.5), 10);
  assert.equal(valueAtShare(points, 0.75), 55);
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, share, (a, b) => {
      assert.ok(valueAtShare(points, Math.min(a, b)) <= valueAtShare(points, Math.max(a, b)));
    }),
  );
});

test('the normal distribution has its textbook shares', () => {
  for (const [z, share] of [
    [0, 0.5],
    [1.2815516, 0.9],
    [-1.959964, 0.025],
  ] as const) {
    assert.ok(Math.abs(normalShareBelow(z) - share) < 1e-6);
  }
});

test('texts name different streams', () => {
  assert.notEqual(seedOf('voice-1'), seedOf('voice-2'));
});
