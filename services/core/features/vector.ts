import type { SubscriberState } from '../subscriber/subscriber-state.ts';
import type { CivilCalendar } from '../time/civil-calendar.ts';
import { newWindowSums, viewOf } from './feature-view.ts';
import { FEATURES } from './registry.ts';

const VALUES = FEATURES.map((feature) => feature.valueOf);

/** Vectors are built one after the other: one table of sums serves all. */
const scratch = newWindowSums();

/**
 * The features of a subscriber as of an instant, in registry order; NaN is unknown. The one definition that stream,
 * HTTP answers and training share.
 *
 * @param asOfMs from `asOfFor`, so that nothing later is in the state.
 */
export function buildVector(state: SubscriberState, asOfMs: number, calendar: CivilCalendar): Float32Array {
  const vector = new Float32Array(FEATURES.length);
  writeVector(vector, 0, state, asOfMs, calendar);
  return vector;
}

/** As `buildVector`, into a place among other vectors. */
export function writeVector(
  vectors: Float32Array,
  at: number,
  state: SubscriberState,
  asOfMs: number,
  calendar: CivilCalendar,
): void {
  const view = viewOf(state, asOfMs, calendar, scratch);
  for (let i = 0; i < VALUES.length; i++) vectors[at + i] = VALUES[i]?.(view) ?? Number.NaN;
}
