import type { SubscriberEvent } from '../../services/core/events/subscriber-event.ts';
import { asOfFor, viewOf } from '../../services/core/features/feature-view.ts';
import { FEATURES } from '../../services/core/features/registry.ts';
import { foldEvent } from '../../services/core/subscriber/fold-event.ts';
import { newSubscriber } from '../../services/core/subscriber/subscriber-state.ts';
import type { SubscriberState } from '../../services/core/subscriber/subscriber-state.ts';
import { createCivilCalendar } from '../../services/core/time/civil-calendar.ts';

/** The state after a log of one subscriber. */
export function foldLog(log: readonly SubscriberEvent[], timeZone: string): SubscriberState {
  const calendar = createCivilCalendar(timeZone);
  const state = newSubscriber(log[0]?.occurredAtMs ?? 0);
  for (const event of log) foldEvent(state, event, { calendar, acceptedFromMs: undefined });
  return state;
}

/** Every feature by name, in full precision. */
export function featuresOf(state: SubscriberState, instantMs: number, timeZone: string): Record<string, number> {
  const view = viewOf(state, asOfFor(state, instantMs), createCivilCalendar(timeZone));
  return Object.fromEntries(FEATURES.map((feature) => [feature.name, feature.valueOf(view)]));
}
