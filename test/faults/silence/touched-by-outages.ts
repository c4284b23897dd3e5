import { SLOT_MS, dailySlotOf } from '../../../services/core/time/daily-moment.ts';
import type { OutagePlan, PlannedOutage } from './outage-lives.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** To whom an outage comes to be known later than it happened, by subscriber with the outage. */
export interface TouchedByOutages {
  readonly gone: ReadonlyMap<string, PlannedOutage>;
  readonly back: ReadonlyMap<string, PlannedOutage>;
  /** Whether an instant of a subscriber's lies in an outage that reorders the subscriber's log, or in the hour after it. */
  readonly isIn: (subscriberId: string, atMs: number) => boolean;
  /** Whether who came back is warned of all the same, for time passes the moment of the wheel before the call is known. */
  readonly isRelived: (subscriberId: string) => boolean;
}

export function touchedByOutages(plan: OutagePlan, partitionOf: (subscriberId: string) => number): TouchedByOutages {
  const hits = ({ outage }: PlannedOutage, id: string): boolean => outage.reorders && outage.disturbs(partitionOf(id));
  const plannedFor = (kind: 'gone' | 'back'): Map<string, PlannedOutage> =>
    new Map(
      plan.outages.flatMap((one) => [...one[kind]].filter((id) => hits(one, id)).map((id) => [id, one] as const)),
    );
  const [gone, back] = [plannedFor('gone'), plannedFor('back')];
  return {
    gone,
    back,
    isIn: (id, atMs) => plan.outages.some((one) => hits(one, id) && atMs > one.fromMs && atMs <= one.toMs + HOUR_MS),
    isRelived(id) {
      if (back.get(id)?.outage.relivesMidnight !== true) return false;
      // The marks of midnight and of the hour after it pass the moments of the hours before them.
      const fromMidnightMs = ((dailySlotOf(id) * SLOT_MS + DAY_MS / 2) % DAY_MS) - DAY_MS / 2;
      return fromMidnightMs > -HOUR_MS && fromMidnightMs <= HOUR_MS;
    },
  };
}
