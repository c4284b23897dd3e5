import { createCivilCalendar } from '../../../services/core/time/civil-calendar.ts';
import { openQuirkBook } from '../../../services/simulator/replay/quirks.ts';
import type { ReplayPlan } from '../../../services/simulator/replay/reconstruct.ts';
import { createUsageShapes } from '../../../services/simulator/replay/usage-shapes.ts';
import type { ObservedUsage } from '../../../services/simulator/replay/usage-shapes.ts';

/** Usage at all hours and of many sizes, none of it real. */
export const INVENTED_USAGE: readonly ObservedUsage[] = Array.from({ length: 24 * 7 }, (_, index) => ({
  kind: (['voice', 'message', 'data'] as const)[index % 3] ?? 'voice',
  hour: index % 24,
  weekday: index % 7,
  durationS: 1 + ((index * 37) % 900),
  megabytes: ((index * 13) % 50) / 10,
}));

export const VILNIUS = createCivilCalendar('Europe/Vilnius');

export function replayPlan(changes: Partial<ReplayPlan> = {}): ReplayPlan {
  return {
    seed: 1,
    calendar: VILNIUS,
    shapes: createUsageShapes(INVENTED_USAGE),
    pseudonymOf: (userId) => `k1-${userId}`,
    markIntervalMs: 6 * 3_600_000,
    quirks: openQuirkBook(),
    ...changes,
  };
}
