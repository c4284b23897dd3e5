import type { SubscriberEvent } from '../events/subscriber-event.ts';
import { hash48 } from '../encoding/hash.ts';
import type { CivilCalendar } from '../time/civil-calendar.ts';
import { addPrint, tileOf } from './day-tile.ts';
import type { DayTile } from './day-tile.ts';
import { foldAccount } from './fold-account.ts';
import { foldCare } from './fold-care.ts';
import { foldUsage } from './fold-usage.ts';
import { COMPLAINT_DAYS, MAX_PRINTS_PER_DAY, TILE_DAYS } from './subscriber-state.ts';
import type { ComplaintState, SubscriberState } from './subscriber-state.ts';

export interface FoldContext {
  readonly calendar: CivilCalendar;
  /** Events before this instant are refused as late, so that prints of earlier days can go; undefined keeps all. */
  readonly acceptedFromMs: number | undefined;
}

/**
 * Folds one event into the state, in place. An event whose id is known for its day changes nothing.
 *
 * Apart from scoring, the result does not depend on the order of the events: sums and latest-by-event-time values
 * commute, so that late and shuffled events end in the same features.
 */
export function foldEvent(
  state: SubscriberState,
  event: SubscriberEvent,
  context: FoldContext,
): 'folded' | 'duplicate' {
  const { calendar } = context;
  const { occurredAtMs, body } = event;
  const day = calendar.dayOf(occurredAtMs);
  const newest = state.tiles.at(-1)?.day;
  if (newest !== undefined && day <= newest - TILE_DAYS) {
    // Older than any tile: no print can be kept either. The lateness limit refuses such events unless the subscriber's
    // own events run that far ahead of the watermark.
    return 'folded';
  }

  const tile = tileOf(state.tiles, day);
  if (addPrint(tile, hash48(event.feed, event.eventId), MAX_PRINTS_PER_DAY) === 'known') return 'duplicate';

  if (newest === undefined || day > newest) dropOldTiles(state, day);
  if (context.acceptedFromMs !== undefined) forgetPrints(state.tiles, tile, calendar.dayOf(context.acceptedFromMs));

  if (occurredAtMs < state.firstSeenAtMs) state.firstSeenAtMs = occurredAtMs;
  if (occurredAtMs > state.lastEventAtMs) state.lastEventAtMs = occurredAtMs;

  foldUsage(state, tile, body, occurredAtMs);
  foldCare(state, tile, body, occurredAtMs, calendar);
  foldAccount(state, tile, body, occurredAtMs);
  return 'folded';
}

function dropOldTiles(state: SubscriberState, newestDay: number): void {
  const oldestKept = newestDay - TILE_DAYS + 1;
  const stale = (day: number): boolean => day < oldestKept;
  const forgotten = ({ lastDay }: ComplaintState): boolean => lastDay <= newestDay - COMPLAINT_DAYS;
  while (stale(state.tiles[0]?.day ?? Infinity)) state.tiles.shift();
  if (state.complaints.some(forgotten)) {
    state.complaints = state.complaints.filter((complaint) => !forgotten(complaint));
  }
  if (state.circle.some(({ lastDay }) => stale(lastDay))) {
    state.circle = state.circle.filter(({ lastDay }) => !stale(lastDay));
  }
}

/** Prints of days from which nothing is accepted any more; those behind the first such tile went before. */
function forgetPrints(tiles: readonly DayTile[], touched: DayTile, firstAcceptedDay: number): void {
  if (touched.day < firstAcceptedDay) touched.prints = [];
  for (let i = tiles.length - 1; i >= 0; i--) {
    const tile = tiles[i];
    if (tile === undefined || tile.day >= firstAcceptedDay) continue;
    if (tile.prints.length === 0) {
      if (tile !== touched) return;
    } else {
      tile.prints = [];
    }
  }
}
