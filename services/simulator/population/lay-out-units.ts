import { integerBetween, pickByTotals, runningTotals } from '../random/distributions.ts';
import { PURPOSE } from '../random/purposes.ts';
import { openRandom } from '../random/random.ts';

/** A household or an office: people who live or work together. */
export interface Unit {
  readonly number: number;
  readonly kind: 'personal' | 'family' | 'group' | 'government_enterprise';
  readonly members: readonly number[];
  readonly areaIndex: number;
  readonly cellOrdinal: number;
  readonly postpaidShare: number;
}

/** Weights are shares of units, chosen so that about 70 % of subscribers are personal, 14 % family, 11 % group, 5 % enterprise. */
const KINDS = [
  { kind: 'personal', weight: 0.886, sizes: [1, 2], postpaidShare: 0.25 },
  { kind: 'family', weight: 0.083, sizes: [2, 4], postpaidShare: 0.55 },
  { kind: 'group', weight: 0.022, sizes: [5, 14], postpaidShare: 0.85 },
  { kind: 'government_enterprise', weight: 0.008, sizes: [8, 15], postpaidShare: 0.95 },
] as const;

const kindTotals = runningTotals(KINDS.map(({ weight }) => weight));

/** Places `count` subscribers, by index, into units. */
export function layOutUnits(seed: number, count: number, areaCount: number): readonly Unit[] {
  const units: Unit[] = [];
  for (let first = 0; first < count;) {
    const number = units.length;
    const random = openRandom(seed, PURPOSE.unit, number);
    const { kind, sizes, postpaidShare } = KINDS[pickByTotals(random, kindTotals)] ?? KINDS[0];
    const size = Math.min(count - first, integerBetween(random, sizes[0], sizes[1]));
    units.push({
      number,
      kind,
      members: Array.from({ length: size }, (_, offset) => first + offset),
      areaIndex: integerBetween(random, 0, areaCount - 1),
      cellOrdinal: integerBetween(random, 0, 99),
      postpaidShare,
    });
    first += size;
  }
  return units;
}
