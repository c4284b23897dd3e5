import type { SubscriberState } from '../subscriber/subscriber-state.ts';
import type { CivilCalendar } from '../time/civil-calendar.ts';
import { viewOf } from './feature-view.ts';
import { FEATURES } from './registry.ts';

/**
 * The features of a subscriber as of an instant, in registry order; NaN is unknown. The one definition that stream,
 * HTTP answers and training share.
 *
 * @param asOfMs from `asOfFor`, so that nothing later is in the state.
 */
export function buildVector(state: SubscriberState, asOfMs: number, calendar: CivilCalendar): Float32Array {
  const view = viewOf(state, asOfMs, calendar);
  return Float32Array.from(FEATURES, (feature) => feature.valueOf(view));
}
