import type { CivilCalendar } from '../time/civil-calendar.ts';
import { COUNTER, COUNTERS, addTileInto } from '../subscriber/day-tile.ts';
import type { Counter, DayTile } from '../subscriber/day-tile.ts';
import { lastOf } from '../subscriber/latest.ts';
import type { RecencyKind, SubscriberState } from '../subscriber/subscriber-state.ts';

/**
 * Windows in civil days, the day of the as-of included:
 *
 *     as-of day D, window 7:     D-6 … D
 *     previous 28 of 28:         D-55 … D-28     = window 56 − window 28
 */
const WINDOWS = [7, 14, 28, 30, 56, 60, 70, 84, 90] as const;
export type WindowDays = (typeof WINDOWS)[number];

/** Days on which something of a kind happened, counted like counters. */
export type ActiveDays = 'activeDays' | 'moCallDays' | 'dataDays' | 'topUpDays';

const ACTIVE_DAYS: Readonly<Record<ActiveDays, number>> = { activeDays: 0, moCallDays: 1, dataDays: 2, topUpDays: 3 };
const COLUMNS = COUNTERS.length + Object.keys(ACTIVE_DAYS).length;
const WINDOW_ROW = new Map(WINDOWS.map((window, row) => [window, row] as const));
const OWN_ACTIVITY = maskOf('moCalls', 'moSeconds', 'moMessages', 'dataSessions', 'dataBytes', 'topUps');
/** What makes a day active, in ACTIVE_DAYS' order. */
const ACTIVE_MASKS = [OWN_ACTIVITY, maskOf('moCalls'), maskOf('dataSessions'), maskOf('topUps')] as const;

/** A subscriber as of one instant, with what the features are made from. Nothing later than the as-of is in it. */
export interface FeatureView {
  readonly state: SubscriberState;
  readonly asOfMs: number;
  readonly asOfDay: number;
  /** Days on which the subscriber has been seen, from the first event to the as-of, both included. */
  readonly observedDays: number;
  /** Sum of a counter over a window. */
  sum(counter: Counter, window: WindowDays): number;
  /** Number of active days of a kind in a window. */
  days(kind: ActiveDays, window: WindowDays): number;
  /** Sum over the `length` days before the window of `recent` days; NaN unless all of them have been observed. */
  previous(counter: Counter, recent: WindowDays, both: WindowDays): number;
  /** Sum over a window as far as observed, per observed day. */
  perDay(counter: Counter, window: WindowDays): number;
  /** Whole civil days since the last event of a kind; NaN for never. */
  daysSince(kind: RecencyKind): number;
  /** Longest run of days without own activity among the last `window` observed days. */
  longestGapDays(window: WindowDays): number;
  /** Civil day of an instant, in the operator's time zone. */
  readonly dayOf: (instantMs: number) => number;
}

/**
 * The instant a view of the state can speak of: never before the latest event folded, so that no feature uses
 * anything later than its as-of, and never before the last score.
 */
export function asOfFor(state: SubscriberState, instantMs: number): number {
  return Math.max(instantMs, state.lastEventAtMs, state.lastScoredAtMs);
}

/** Room for the sums of a view. */
export function newWindowSums(): Float64Array {
  return new Float64Array(WINDOWS.length * COLUMNS);
}

/** @param sums taken over by the view, so that it speaks true until they are used for the next. */
export function viewOf(
  state: SubscriberState,
  asOfMs: number,
  calendar: CivilCalendar,
  sums: Float64Array = newWindowSums(),
): FeatureView {
  const asOfDay = calendar.dayOf(asOfMs);
  const observedDays = asOfDay - calendar.dayOf(state.firstSeenAtMs) + 1;
  fillWindowSums(state.tiles, asOfDay, sums);
  const column = (index: number, window: WindowDays): number =>
    sums[(WINDOW_ROW.get(window) ?? 0) * COLUMNS + index] ?? 0;
  const sum = (counter: Counter, window: WindowDays): number => column(COUNTER[counter], window);

  return {
    state,
    asOfMs,
    asOfDay,
    observedDays,
    sum,
    days: (kind, window) => column(COUNTERS.length + ACTIVE_DAYS[kind], window),
    previous: (counter, recent, both) =>
      observedDays >= both ? sum(counter, both) - sum(counter, recent) : Number.NaN,
    perDay: (counter, window) => sum(counter, window) / Math.min(window, observedDays),
    daysSince(kind) {
      const atMs = lastOf(state, kind);
      return atMs === undefined ? Number.NaN : asOfDay - calendar.dayOf(atMs);
    },
    longestGapDays: (window) => longestGap(state.tiles, asOfDay, Math.min(window, observedDays)),
    dayOf: (instantMs) => calendar.dayOf(instantMs),
  };
}

/** Sums of all columns for all windows in one pass from the newest tile back: each window begins with the one inside. */
function fillWindowSums(tiles: readonly DayTile[], asOfDay: number, sums: Float64Array): void {
  sums.fill(0, 0, COLUMNS);
  let at = tiles.length - 1;
  for (let row = 0; row < WINDOWS.length; row++) {
    const from = row * COLUMNS;
    if (row > 0) sums.copyWithin(from, from - COLUMNS, from);
    const oldest = asOfDay - (WINDOWS[row] ?? 0) + 1;
    for (; at >= 0; at--) {
      const tile = tiles[at];
      if (tile === undefined || tile.day < oldest) break;
      if (tile.day > asOfDay) continue;
      addTileInto(tile, sums, from);
      noteActiveDay(tile.mask, sums, from + COUNTERS.length);
    }
  }
}

function noteActiveDay(mask: number, sums: Float64Array, from: number): void {
  for (let kind = 0; kind < ACTIVE_MASKS.length; kind++) {
    if ((mask & (ACTIVE_MASKS[kind] ?? 0)) !== 0) sums[from + kind] = (sums[from + kind] ?? 0) + 1;
  }
}

function longestGap(tiles: readonly DayTile[], asOfDay: number, days: number): number {
  let longest = 0;
  let lastActive = asOfDay + 1;
  for (let i = tiles.length - 1; i >= 0; i--) {
    const tile = tiles[i];
    if (tile === undefined || tile.day <= asOfDay - days) break;
    if (tile.day > asOfDay || (tile.mask & OWN_ACTIVITY) === 0) continue;
    longest = Math.max(longest, lastActive - tile.day - 1);
    lastActive = tile.day;
  }
  return Math.max(longest, lastActive - (asOfDay - days) - 1);
}

function maskOf(...counters: readonly Counter[]): number {
  return counters.reduce((mask, counter) => mask | (1 << COUNTER[counter]), 0);
}
