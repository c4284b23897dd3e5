import { CIRCLE_SIZE, RECENCY_KINDS } from './subscriber-state.ts';
import type { ContactState, Latest, RecencyKind, SubscriberState } from './subscriber-state.ts';

const RECENCY_INDEX: Readonly<Partial<Record<RecencyKind, number>>> = Object.fromEntries(
  RECENCY_KINDS.map((kind, i) => [kind, i]),
);

/** The later of two values by event time; of two at one time, the one later in the log. */
export function setLatest<T>(known: Latest<T> | undefined, value: T, atMs: number): Latest<T> {
  return known === undefined || atMs >= known.atMs ? { value, atMs } : known;
}

/** Notes that an event of a kind happened. */
export function touch(state: SubscriberState, kind: RecencyKind, atMs: number): void {
  const index = RECENCY_INDEX[kind] ?? 0;
  if (atMs > (state.lastAtMs[index] ?? 0)) state.lastAtMs[index] = atMs;
}

/** Last time of a kind; undefined for never. */
export function lastOf(state: SubscriberState, kind: RecencyKind): number | undefined {
  const atMs = state.lastAtMs[RECENCY_INDEX[kind] ?? 0] ?? 0;
  return atMs === 0 ? undefined : atMs;
}

/**
 * Notes a contact with another party. The circle keeps the parties of the latest days; last days only grow, so the
 * members at the end are the same in whatever order the contacts came.
 */
export function meet(state: SubscriberState, partyHash: number, day: number): void {
  const { circle } = state;
  for (const contact of circle) {
    if (contact.partyHash !== partyHash) continue;
    if (day > contact.lastDay) contact.lastDay = day;
    return;
  }
  if (circle.length < CIRCLE_SIZE) {
    circle.push({ partyHash, lastDay: day });
    return;
  }
  const newcomer: ContactState = { partyHash, lastDay: day };
  let oldest = 0;
  for (let i = 1; i < circle.length; i++) {
    if (isOlder(circle[i], circle[oldest])) oldest = i;
  }
  if (isOlder(circle[oldest], newcomer)) circle[oldest] = newcomer;
}

function isOlder(a: ContactState | undefined, b: ContactState | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.lastDay < b.lastDay || (a.lastDay === b.lastDay && a.partyHash < b.partyHash);
}
