import { seededRandom } from '../../../models/pipeline/stand-in/random-trees.ts';
import type { KillPoint } from './points/kill-points.ts';
import type { Fate } from './mortal-service.ts';

const MOST_TIMES_AT_POINT = 4;
const EARLIEST_MS = 500;
const LATEST_MS = 6_000;

/**
 * Deaths in an order drawn by chance: at the points in turn, so that each has its share, and some moment after the
 * start, from before it has joined its group to long into its work.
 */
export function drawFates(options: {
  readonly seed: number;
  readonly points: readonly KillPoint[];
  readonly atPoints: number;
  readonly fromOutside: number;
}): Fate[] {
  const { seed, points, atPoints, fromOutside } = options;
  const random = seededRandom(seed);
  const planned = Array.from({ length: atPoints }, (_, i): Fate => {
    const point = points[i % points.length];
    if (point === undefined) throw new RangeError('there are no points to die at');
    return { type: 'at point', point, nth: 1 + Math.floor(random() * MOST_TIMES_AT_POINT) };
  });
  for (let i = 0; i < fromOutside; i++) {
    planned.push({ type: 'from outside', afterMs: EARLIEST_MS + random() * (LATEST_MS - EARLIEST_MS) });
  }
  return planned
    .map((fate) => ({ fate, rank: random() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ fate }) => fate);
}
