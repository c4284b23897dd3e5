import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import { at, people, regularLife } from '../../support/regular-life.ts';
import { sampleCall, sampleEvent } from '../../support/sample-events.ts';
import { OUTAGES } from './outages.ts';
import type { HourOfLife, Outage } from './outages.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Before the first outage everybody is known for longer than the policy's warm-up. */
const FIRST_OUTAGE_DAY = 4;
/**
 * One to get over it. All of them are over within 30 days, before the first predictions of the model's quality are settled:
 * where that falls into an outage it waits for the feed, and the next prediction is of another moment.
 */
const DAYS_EACH = 2;
/**
 * In the evening, before the hour of the calls, so that midnight comes before the feed is back. At 20:00 it counts as
 * stale before midnight, at 21:00 midnight comes first.
 */
const START_HOURS = [20, 21];
/** An hour and ten minutes after midnight, when somebody's call is the end of a short silence. */
const RETURN_MS = HOUR_MS + 10 * 60_000;

/** One outage and who is planted in it. */
export interface PlannedOutage {
  readonly outage: Outage;
  readonly fromMs: number;
  readonly toMs: number;
  /** Silent from this evening on: the midnight in the outage brings them to high risk. */
  readonly gone: ReadonlySet<string>;
  /** Silent this evening and back after midnight, still in the outage. */
  readonly back: ReadonlySet<string>;
}

export interface OutagePlan {
  readonly subscriberIds: readonly string[];
  readonly outages: readonly PlannedOutage[];
  readonly endMs: number;
  readonly life: HourOfLife;
}

/** Every kind of outage in each round, days apart, in the lives of people of regular habits. */
export function planOutages(options: { readonly subscribers: number; readonly rounds: number }): OutagePlan {
  const subscriberIds = people(options.subscribers);
  const planted = subscriberIds.values();
  const next = (count: number): ReadonlySet<string> => new Set(planted.take(count));
  const kinds = Array.from({ length: options.rounds }, () => OUTAGES).flat();
  // Some in each half of the partitions.
  const each = Math.max(1, Math.floor(options.subscribers / (4 * kinds.length)));
  const outages = kinds.map((outage, i) => {
    const fromMs = at(FIRST_OUTAGE_DAY + i * DAYS_EACH, START_HOURS[i % START_HOURS.length] ?? 0);
    return { outage, fromMs, toMs: fromMs + outage.hours * HOUR_MS, gone: next(each), back: next(each) };
  });

  function life(hourMs: number): readonly LogRecord[] {
    const silent = new Set<string>();
    const returns: LogRecord[] = [];
    for (const { fromMs, gone, back } of outages) {
      const midnightMs = Math.ceil(fromMs / DAY_MS) * DAY_MS;
      if (hourMs >= fromMs) for (const id of gone) silent.add(id);
      if (hourMs >= fromMs && hourMs < midnightMs) for (const id of back) silent.add(id);
      const returnMs = midnightMs + RETURN_MS;
      if (returnMs < hourMs || returnMs >= hourMs + HOUR_MS) continue;
      for (const subscriberId of back) {
        returns.push(
          sampleEvent(sampleCall(), returnMs, { subscriberId, feed: 'voice', eventId: `${subscriberId}-back` }),
        );
      }
    }
    const hour = regularLife({ subscriberIds, fromMs: hourMs, toMs: hourMs + HOUR_MS, silent });
    return [...returns, ...hour].toSorted((a, b) => Number(isPartitionMark(a)) - Number(isPartitionMark(b)));
  }

  const lastMs = outages.at(-1)?.toMs ?? at(0);
  return { subscriberIds, outages, life, endMs: Math.ceil(lastMs / DAY_MS) * DAY_MS + 2 * DAY_MS };
}
