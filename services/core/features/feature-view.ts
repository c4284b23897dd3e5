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
/** Row of each window in the table of sums, by its days. */
const WINDOW_ROW = Int8Array.from({ length: Math.max(...WINDOWS) + 1 }, (_, days) =>
  WINDOWS.findIndex((window) => window === days),
);
const OWN_ACTIVITY = maskOf('moCalls', 'moSeconds', 'moMessages', 'dataSessions', 'dataBytes', 'topUps');
/** What makes a day active, in ACTIVE_DAYS' order. */
const ACTIVE_MASKS = [OWN_ACTIVITY, maskOf('moCalls'), maskOf('dataSessions'), maskOf('topUps')] as const;

/** Sums of all columns over the windows. Windows in which nothing is added share a row with the one inside. */
export interface WindowSums {
  readonly table: Float64Array;
  /** Where each window's row begins in the table. */
  readonly begins: Int32Array;
}

/** A subscriber as of one instant, with what the features are made from. Nothing later than the as-of is in it. */
export interface FeatureView {
  readonly state: SubscriberState;
  readonly asOfMs: number;
  readonly asOfDay: number;
  /** Days on which the subscriber has been seen, from the first event to the as-of, both included. */
  readonly observedDays: number;
  readonly sums: WindowSums;
  readonly calendar: CivilCalendar;
}

/**
 * The instant a view of the state can speak of: never before the latest event folded, so that no feature uses
 * anything later than its as-of, and never before the last score.
 */
export function asOfFor(state: SubscriberState, instantMs: number): number {
  return Math.max(instantMs, state.lastEventAtMs, state.lastScoredAtMs);
}

/** Room for the sums of a view. */
export function newWindowSums(): WindowSums {
  return { table: new Float64Array(WINDOWS.length * COLUMNS), begins: new Int32Array(WINDOWS.length) };
}

/** @param sums taken over by the view, so that it speaks true until they are used for the next. */
export function viewOf(
  state: SubscriberState,
  asOfMs: number,
  calendar: CivilCalendar,
  sums: WindowSums = newWindowSums(),
): FeatureView {
  const asOfDay = calendar.dayOf(asOfMs);
  fillWindowSums(state.tiles, asOfDay, sums);
  return { state, asOfMs, asOfDay, observedDays: asOfDay - calendar.dayOf(state.firstSeenAtMs) + 1, sums, calendar };
}

/** Sum of a counter over a window. */
export function sumOf(view: FeatureView, counter: Counter, window: WindowDays): number {
  return column(view, COUNTER[counter], window);
}

/** Number of active days of a kind in a window. */
export function daysOf(view: FeatureView, kind: ActiveDays, window: WindowDays): number {
  return column(view, COUNTERS.length + ACTIVE_DAYS[kind], window);
}

/** Sum over the days of `both` before the window of `recent` days; NaN unless all of them have been observed. */
export function previousOf(view: FeatureView, counter: Counter, recent: WindowDays, both: WindowDays): number {
  return view.observedDays >= both ? sumOf(view, counter, both) - sumOf(view, counter, recent) : Number.NaN;
}

/** Sum over a window as far as observed, per observed day. */
export function perDayOf(view: FeatureView, counter: Counter, window: WindowDays): number {
  return sumOf(view, counter, window) / Math.min(window, view.observedDays);
}

/** Whole civil days since the last event of a kind; NaN for never. */
export function daysSince({ state, asOfDay, calendar }: FeatureView, kind: RecencyKind): number {
  const atMs = lastOf(state, kind);
  return atMs === undefined ? Number.NaN : asOfDay - calendar.dayOf(atMs);
}

/** Longest run of days without own activity among the last `window` observed days. */
export function longestGapDays({ state, asOfDay, observedDays }: FeatureView, window: WindowDays): number {
  const days = Math.min(window, observedDays);
  let longest = 0;
  let lastActive = asOfDay + 1;
  for (let i = state.tiles.length - 1; i >= 0; i--) {
    const tile = state.tiles[i];
    if (tile === undefined || tile.day <= asOfDay - days) break;
    if (tile.day > asOfDay || (tile.mask & OWN_ACTIVITY) === 0) continue;
    longest = Math.max(longest, lastActive - tile.day - 1);
    lastActive = tile.day;
  }
  return Math.max(longest, lastActive - (asOfDay - days) - 1);
}

function column({ sums: { table, begins } }: FeatureView, index: number, window: WindowDays): number {
  return table[(begins[WINDOW_ROW[window] ?? 0] ?? 0) + index] ?? 0;
}

/** Sums of all columns for all windows in one pass from the newest tile back: each window begins with the one inside. */
function fillWindowSums(tiles: readonly DayTile[], asOfDay: number, { table, begins }: WindowSums): void {
  table.fill(0, 0, COLUMNS);
  let begin = 0;
  let at = tiles.length - 1;
  for (let row = 0; row < WINDOWS.length; row++) {
    const oldest = asOfDay - (WINDOWS[row] ?? 0) + 1;
    if (row > 0 && at >= 0 && (tiles[at]?.day ?? oldest) >= oldest) {
      table.copyWithin(begin + COLUMNS, begin, begin + COLUMNS);
      begin += COLUMNS;
    }
    begins[row] = begin;
    for (; at >= 0; at--) {
      const tile = tiles[at];
      if (tile === undefined || tile.day < oldest) break;
      if (tile.day > asOfDay) continue;
      addTileInto(tile, table, begin);
      noteActiveDay(tile.mask, table, begin + COUNTERS.length);
    }
  }
}

function noteActiveDay(mask: number, sums: Float64Array, from: number): void {
  for (let kind = 0; kind < ACTIVE_MASKS.length; kind++) {
    if ((mask & (ACTIVE_MASKS[kind] ?? 0)) !== 0) sums[from + kind] = (sums[from + kind] ?? 0) + 1;
  }
}

function maskOf(...counters: readonly Counter[]): number {
  return counters.reduce((mask, counter) => mask | (1 << COUNTER[counter]), 0);
}
