/**
 * What a subscriber did on one civil day, as sparse counters. The order is stored: append only. Those of an ordinary day
 * come first, so that its mask is short.
 * Counters before `voiceDays` are written by events; all are sums over the day's events, so that tiles can be folded in
 * any order.
 */
export const COUNTERS = [
  'moCalls',
  'moSeconds',
  'moOffNetCalls',
  'moOffNetSeconds',
  'moMessages',
  'mtCalls',
  'mtSeconds',
  'mtMessages',
  'spendMinor',
  'dataSessions',
  'dataBytes',
  'moOnNetCalls',
  'moOnNetSeconds',
  'moOffNetMessages',
  'topUps',
  'topUpMinor',
  'moInternationalCalls',
  'moInternationalSeconds',
  'outOfBundleMinor',
  'failedCalls',
  'rivalForwards',
  'agentContacts',
  'agentHandleSeconds',
  'agentWaitSeconds',
  'unresolvedContacts',
  'rivalContacts',
  'portOutEnquiries',
  'appActivities',
  'accountChanges',
] as const;

export type Counter = (typeof COUNTERS)[number];

/** Index of each counter in a tile's mask. */
export const COUNTER: Readonly<Record<Counter, number>> = indexByName();

export interface DayTile {
  /** Civil day in the operator's time zone. */
  readonly day: number;
  /** Bit i is set where counter i is not zero. */
  mask: number;
  /** Values of the set bits, lowest bit first. */
  values: number[];
  /** 48-bit prints of the ids of the day's events, ascending, while a duplicate could still be accepted. */
  prints: number[];
}

export function addToTile(tile: DayTile, counter: number, amount: number): void {
  if (amount === 0) return;
  const bit = 1 << counter;
  const at = bitCount(tile.mask & (bit - 1));
  if ((tile.mask & bit) === 0) {
    tile.mask |= bit;
    tile.values.splice(at, 0, amount);
    return;
  }
  const sum = (tile.values[at] ?? 0) + amount;
  if (sum !== 0) {
    tile.values[at] = sum;
    return;
  }
  // A reversal may bring a sum back to zero: the bit goes too, so that equal contents have one representation.
  tile.mask &= ~bit;
  tile.values.splice(at, 1);
}

/** Adds a tile's counters into `sums`, which has one entry per counter from `from` on. */
export function addTileInto(tile: DayTile, sums: Float64Array, from: number): void {
  let mask = tile.mask;
  for (let i = 0; mask !== 0; i++) {
    const bit = mask & -mask;
    const at = from + 31 - Math.clz32(bit);
    sums[at] = (sums[at] ?? 0) + (tile.values[i] ?? 0);
    mask ^= bit;
  }
}

/** The tile of a day in a list that is sorted by day, made where it is missing. */
export function tileOf(tiles: DayTile[], day: number): DayTile {
  let at = tiles.length - 1;
  while (at >= 0) {
    const tile = tiles[at];
    if (tile === undefined || tile.day < day) break;
    if (tile.day === day) return tile;
    at--;
  }
  const made: DayTile = { day, mask: 0, values: [], prints: [] };
  tiles.splice(at + 1, 0, made);
  return made;
}

/** Adds a print in its place, unless it is known or the tile holds `most` already. */
export function addPrint(tile: DayTile, print: number, most: number): 'added' | 'known' | 'full' {
  const { prints } = tile;
  let low = 0;
  let high = prints.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((prints[middle] ?? 0) < print) low = middle + 1;
    else high = middle;
  }
  if (prints[low] === print) return 'known';
  if (prints.length >= most) return 'full';
  if (low === prints.length) prints.push(print);
  else prints.splice(low, 0, print);
  return 'added';
}

function bitCount(mask: number): number {
  let count = mask - ((mask >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return (((count + (count >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

function indexByName(): Record<Counter, number> {
  const index: Partial<Record<Counter, number>> = {};
  COUNTERS.forEach((name, i) => (index[name] = i));
  return index as Record<Counter, number>;
}
