import type { SubscriberState } from '../subscriber/subscriber-state.ts';
import type { CivilCalendar } from '../time/civil-calendar.ts';
import { newWindowSums, viewOf } from './feature-view.ts';
import { FEATURES } from './registry.ts';

/** Vectors are built one after the other: one table of sums serves all. */
const scratch = newWindowSums();

/**
 * The features of a subscriber as of an instant, in registry order; NaN is unknown. The one definition that stream,
 * HTTP answers and training share.
 *
 * @param asOfMs from `asOfFor`, so that nothing later is in the state.
 */
export function buildVector(state: SubscriberState, asOfMs: number, calendar: CivilCalendar): Float32Array {
  const view = viewOf(state, asOfMs, calendar, scratch);
  const vector = new Float32Array(FEATURES.length);
  for (let i = 0; i < FEATURES.length; i++) vector[i] = FEATURES[i]?.valueOf(view) ?? Number.NaN;
  return vector;
}
