import { seededRandom } from '../../support/seeded-random.ts';

/** All that is left to chance in a run, from one seed: asked in the same order, it answers the same. */
export interface Chance {
  /** From 0 to 1, without 1. */
  unit(): number;
  /** A whole number from 0 to `count` − 1. */
  below(count: number): number;
  /** From `least` to `most`, both included. */
  between(least: number, most: number): number;
  happens(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
}

export function createChance(seed: number): Chance {
  // Neighbouring seeds of the generator begin alike.
  const unit = seededRandom(Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995);
  const below = (count: number): number => Math.floor(unit() * count);
  return {
    unit,
    below,
    between: (least, most) => least + below(most - least + 1),
    happens: (probability) => probability > 0 && unit() < probability,
    pick(list) {
      const picked = list[below(list.length)];
      if (picked === undefined) throw new RangeError('nothing to pick from');
      return picked;
    },
  };
}
