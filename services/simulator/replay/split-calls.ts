import { apportion } from './apportion.ts';
import type { CallTotals, UsageRow } from './usage-row.ts';

/** Where a call went: the network of the other party, and whether it crossed a border. */
export interface CallCell extends CallTotals {
  readonly network: 'on_net' | 'off_net' | 'international' | 'unspecified';
  readonly abroad: boolean;
}

export interface CallSplit {
  readonly cells: readonly CallCell[];
  /** Calls that are on-net or off-net and abroad at once. */
  readonly overlapping: number;
  /**
   * False if the parts fit the total in no way: then the total is kept, and of the parts their counts and seconds, or where
   * those do not fit either, on-net and off-net alone.
   */
  readonly faithful: boolean;
}

type Interval = readonly [low: number, high: number];
type Measure = 'seconds' | 'minor';

/**
 * Divides a month's calls into cells that cannot overlap, so that the cells add up to the total and to each part.
 *
 * The parts of some rows add up to more than their total, because a call to an own or rival number abroad counts in two of
 * them. The fewest such calls that explain the figures are assumed, on-net ones first.
 */
export function splitCalls(calls: UsageRow['calls']): CallSplit {
  const exact = fitOverlap(calls);
  if (exact !== undefined) return exact;
  // The source rounds each charge on its own, so that parts can miss the total by a cent.
  const free = fitOverlap({ ...calls, ...withoutCharges(calls) });
  if (free === undefined) return { cells: cellsWithoutAbroad(calls), overlapping: 0, faithful: false };
  const charges = apportion(
    calls.minor,
    free.cells.map(({ seconds, count }) => seconds + count),
  );
  const cells = free.cells.map((cell, index) => ({ ...cell, minor: charges[index] ?? 0 }));
  return { cells, overlapping: free.overlapping, faithful: false };
}

function withoutCharges(calls: UsageRow['calls']): Pick<UsageRow['calls'], 'minor' | 'onNet' | 'offNet' | 'abroad'> {
  const free = (part: CallTotals): CallTotals => ({ ...part, minor: 0 });
  return { minor: 0, onNet: free(calls.onNet), offNet: free(calls.offNet), abroad: free(calls.abroad) };
}

function fitOverlap(calls: UsageRow['calls']): CallSplit | undefined {
  const { onNet, offNet, abroad } = calls;
  if (![onNet, offNet, abroad].every(isPossible)) return undefined;
  const fewest = Math.max(0, onNet.count + offNet.count + abroad.count - calls.count);
  const most = Math.min(abroad.count, onNet.count + offNet.count);
  for (let overlap = fewest; overlap <= most; overlap += 1) {
    for (let onNetOverlap = Math.min(overlap, onNet.count); onNetOverlap >= 0; onNetOverlap -= 1) {
      const offNetOverlap = overlap - onNetOverlap;
      if (offNetOverlap > offNet.count) break;
      const seconds = shareOverlap(calls, 'seconds', onNetOverlap, offNetOverlap);
      const minor = shareOverlap(calls, 'minor', onNetOverlap, offNetOverlap);
      if (seconds === undefined || minor === undefined) continue;
      const cells = cellsOf(calls, onNetOverlap, offNetOverlap, seconds, minor);
      return { cells, overlapping: overlap, faithful: true };
    }
  }
  return undefined;
}

/** How much of a measure lies in the two overlaps, or undefined if no amount fits. */
function shareOverlap(
  calls: UsageRow['calls'],
  measure: Measure,
  onNetOverlap: number,
  offNetOverlap: number,
): readonly [onNet: number, offNet: number] | undefined {
  const { onNet, offNet, abroad } = calls;
  const overlap = onNetOverlap + offNetOverlap;
  const onNetRange = rangeOf(onNetOverlap, onNet.count, onNet[measure]);
  const offNetRange = rangeOf(offNetOverlap, offNet.count, offNet[measure]);
  const abroadRange = rangeOf(overlap, abroad.count, abroad[measure]);
  const excess = onNet[measure] + offNet[measure] + abroad[measure] - calls[measure];
  const restCount = calls.count - onNet.count - offNet.count - abroad.count + overlap;
  const restRange: Interval = restCount === 0 ? [excess, excess] : [excess, Infinity];

  const low = Math.max(onNetRange[0] + offNetRange[0], abroadRange[0], restRange[0]);
  const high = Math.min(onNetRange[1] + offNetRange[1], abroadRange[1], restRange[1]);
  if (low > high) return undefined;
  const proportional = abroad.count === 0 ? 0 : Math.round((abroad[measure] * overlap) / abroad.count);
  const total = Math.min(high, Math.max(low, proportional));
  const ofOnNet = Math.min(onNetRange[1], total - offNetRange[0]);
  return [ofOnNet, total - ofOnNet];
}

/** What `taken` of `count` calls may weigh when all weigh `amount`. */
function rangeOf(taken: number, count: number, amount: number): Interval {
  if (taken === 0) return [0, 0];
  return taken === count ? [amount, amount] : [0, amount];
}

function cellsOf(
  calls: UsageRow['calls'],
  onNetOverlap: number,
  offNetOverlap: number,
  seconds: readonly [number, number],
  minor: readonly [number, number],
): CallCell[] {
  const onNetAbroad = { count: onNetOverlap, seconds: seconds[0], minor: minor[0] };
  const offNetAbroad = { count: offNetOverlap, seconds: seconds[1], minor: minor[1] };
  const onNet = less(calls.onNet, onNetAbroad);
  const offNet = less(calls.offNet, offNetAbroad);
  const abroad = less(less(calls.abroad, onNetAbroad), offNetAbroad);
  const rest = [onNet, onNetAbroad, offNet, offNetAbroad, abroad].reduce(less, calls);
  return withoutEmpty([
    { network: 'on_net', abroad: false, ...onNet },
    { network: 'on_net', abroad: true, ...onNetAbroad },
    { network: 'off_net', abroad: false, ...offNet },
    { network: 'off_net', abroad: true, ...offNetAbroad },
    { network: 'international', abroad: true, ...abroad },
    { network: 'unspecified', abroad: false, ...rest },
  ]);
}

/** For rows that contradict themselves: as much of on-net and off-net as fits, and the rest of the total. */
function cellsWithoutAbroad(calls: UsageRow['calls']): CallCell[] {
  const rest = less(less(calls, calls.onNet), calls.offNet);
  const fits =
    isPossible(calls.onNet) &&
    isPossible(calls.offNet) &&
    rest.count >= 0 &&
    rest.seconds >= 0 &&
    rest.minor >= 0 &&
    (rest.count > 0 || (rest.seconds === 0 && rest.minor === 0));
  if (!fits) {
    return withoutEmpty([
      { network: 'unspecified', abroad: false, count: calls.count, seconds: calls.seconds, minor: calls.minor },
    ]);
  }
  return withoutEmpty([
    { network: 'on_net', abroad: false, ...calls.onNet },
    { network: 'off_net', abroad: false, ...calls.offNet },
    { network: 'unspecified', abroad: false, ...rest },
  ]);
}

/** Where no call is, nothing can weigh. */
function isPossible({ count, seconds, minor }: CallTotals): boolean {
  return count > 0 || (seconds === 0 && minor === 0);
}

function less(from: CallTotals, taken: CallTotals): CallTotals {
  return {
    count: from.count - taken.count,
    seconds: from.seconds - taken.seconds,
    minor: from.minor - taken.minor,
  };
}

function withoutEmpty(cells: readonly CallCell[]): CallCell[] {
  return cells.filter(({ count }) => count > 0);
}
