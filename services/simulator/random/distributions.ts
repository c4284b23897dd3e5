import type { Random } from './random.ts';

/** A point of a distribution: this share of all values lies at or below `value`. */
export type QuantilePoint = readonly [share: number, value: number];

export function chance(random: Random, probability: number): boolean {
  return random.next() < probability;
}

/** Uniform in [from, to). */
export function between(random: Random, from: number, to: number): number {
  return from + random.next() * (to - from);
}

/** Uniform integer from `from` to `to`, both included. */
export function integerBetween(random: Random, from: number, to: number): number {
  return from + Math.floor(random.next() * (to - from + 1));
}

export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}

/** Log-normal with the given median; `sigma` is the standard deviation of the logarithm. */
export function logNormal(random: Random, median: number, sigma: number): number {
  return median * Math.exp(sigma * normal(random));
}

/** Number of independent events when `mean` are expected. */
export function poisson(random: Random, mean: number): number {
  if (mean <= 0) return 0;
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.next(); product > limit; product *= random.next()) count += 1;
  return count;
}

/** Rounds up or down by chance, so that the mean of many stays that of the exact values. */
export function roundFairly(random: Random, value: number): number {
  return Math.floor(value + random.next());
}

export function pick<const Items extends readonly [unknown, ...unknown[]]>(
  random: Random,
  items: Items,
): Items[number] {
  return items[Math.floor(random.next() * items.length)] ?? items[0];
}

/** Index drawn by running totals of weights, e.g. [1, 3, 4] for weights 1, 2, 1. */
export function pickByTotals(random: Random, totals: ArrayLike<number>): number {
  const last = totals.length - 1;
  const target = random.next() * (totals[last] ?? 0);
  let index = 0;
  while (index < last && (totals[index] ?? 0) <= target) index += 1;
  return index;
}

export function runningTotals(weights: readonly number[]): number[] {
  let total = 0;
  return weights.map((weight) => (total += weight));
}

/** Value at `share` (0–1) of a distribution given by points in ascending order; straight lines between them. */
export function valueAtShare(points: readonly QuantilePoint[], share: number): number {
  let [lowShare, lowValue] = points[0] ?? [0, 0];
  for (const [highShare, highValue] of points) {
    if (share <= highShare && highShare > lowShare) {
      return lowValue + ((share - lowShare) / (highShare - lowShare)) * (highValue - lowValue);
    }
    [lowShare, lowValue] = [highShare, highValue];
  }
  return lowValue;
}

/** Share of a standard normal distribution below `z` (Abramowitz and Stegun 26.2.17, error below 1e-7). */
export function normalShareBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    0.3989422804014327 *
    Math.exp((-z * z) / 2) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
}
