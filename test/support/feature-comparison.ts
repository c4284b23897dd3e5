import assert from 'node:assert/strict';
import type { SubscriberEvent } from '../../services/core/events/subscriber-event.ts';
import { asOfFor, viewOf } from '../../services/core/features/feature-view.ts';
import { FEATURES } from '../../services/core/features/registry.ts';
import type { SubscriberState } from '../../services/core/subscriber/subscriber-state.ts';
import { createCivilCalendar } from '../../services/core/time/civil-calendar.ts';
import { createNaiveDayOf, naiveFeatures } from './naive-features.ts';

/** How many differences are told; one cause usually shows in many subscribers. */
const TOLD = 10;

/**
 * Compares every feature of every subscriber with what a plain recomputation from the raw events gives.
 *
 * @param eventsBySubscriber clean events in the order of event time.
 * @param asOfMs after the last event and the last score.
 * @throws AssertionError with the differences: whole numbers must be equal, others within 1e-9.
 */
export function assertFeaturesOfRawEvents(
  states: ReadonlyMap<string, SubscriberState>,
  eventsBySubscriber: ReadonlyMap<string, readonly SubscriberEvent[]>,
  { timeZone, asOfMs }: { readonly timeZone: string; readonly asOfMs: number },
): void {
  const calendar = createCivilCalendar(timeZone);
  const dayOf = remembering(createNaiveDayOf(timeZone));
  const differences: object[] = [];
  assert.deepEqual([...states.keys()].toSorted(), [...eventsBySubscriber.keys()].toSorted());
  for (const [subscriberId, events] of eventsBySubscriber) {
    const state = states.get(subscriberId);
    assert.ok(state);
    assert.equal(asOfFor(state, asOfMs), asOfMs);
    const view = viewOf(state, asOfMs, calendar);
    const naive = naiveFeatures(events, asOfMs, dayOf);
    for (const { name, valueOf } of FEATURES) {
      const folded = valueOf(view);
      if (!isSame(folded, naive[name])) differences.push({ subscriberId, name, folded, naive: naive[name] });
    }
  }
  assert.deepEqual(differences.slice(0, TOLD), [], `${differences.length} features differ`);
}

function isSame(a: number, b = Number.NaN): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  if (Number.isInteger(a) && Number.isInteger(b)) return a === b;
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

/** Civil days by quarter of an hour: no time zone changes its date within one. */
function remembering(dayOf: (instantMs: number) => number): (instantMs: number) => number {
  const days = new Map<number, number>();
  return (instantMs) => {
    const quarter = Math.floor(instantMs / 900_000);
    const known = days.get(quarter);
    if (known !== undefined) return known;
    const day = dayOf(instantMs);
    days.set(quarter, day);
    return day;
  };
}
