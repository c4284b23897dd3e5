import { createPartitionOf } from '../../../services/platform/kafka/partition.ts';
import type { Installation } from '../../support/installation.ts';
import { untilSettled } from '../../support/installation-state.ts';
import type { RunningService } from '../../support/scorer-process.ts';
import { until } from '../../support/until.ts';
import type { WrongClock } from './clock/wrong-clock.ts';
import type { FeedAlarm, FeedAlarms } from './feed-alarms.ts';
import type { OutagePlan } from './outage-lives.ts';
import { wrongNotices } from './stale-answers.ts';
import type { WantedNotice } from './stale-answers.ts';

export const PARTITIONS = 4;
export const partitionOf = createPartitionOf(PARTITIONS);
/** That clock goes on while it is looked: at the very limit of staleness it must not pass it. */
const CLOCK_BEHIND_MS = 10 * 60_000;

/** Who is looked at, and what was seen that should not be. */
export interface Stage {
  readonly shop: Installation;
  readonly plan: OutagePlan;
  readonly scorers: readonly RunningService[];
  readonly retention: RunningService & { readonly address: string };
  readonly clock: WrongClock;
  readonly alarms: FeedAlarms;
  readonly lookEveryHours: number;
  readonly seen: { answers: number; readonly differences: string[] };
}

export interface Sight {
  readonly atMs: number;
  readonly isLast: boolean;
  /** In which partitions voice is behind; in none unless told. */
  readonly staleIn?: (partition: number) => boolean;
  /** What answers about those partitions say, or about all where none is told. */
  readonly notice?: WantedNotice | undefined;
  readonly alarm?: FeedAlarm | undefined;
}

/** Looks, when all that came is dealt with, at answers over HTTP and at metrics. */
export async function look(stage: Stage, { atMs, isLast, staleIn, notice, alarm }: Sight): Promise<void> {
  const { shop, scorers, retention, clock, alarms, seen } = stage;
  await untilSettled(shop);
  await clock.shiftTo(atMs - CLOCK_BEHIND_MS - Date.now(), [retention.process]);
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  const behind = partitions.filter((partition) => staleIn?.(partition) === true).length;
  const shown = await until('the metrics show what was committed', async () => {
    const counts = await Promise.all(
      scorers.map((one) => one.metric('churn_feed_stale_partitions', { feed: 'voice' })),
    );
    return counts.reduce((sum, count) => sum + count, 0) === behind;
  }).catch(() => false);
  const when = new Date(atMs).toISOString();
  if (!shown) seen.differences.push(`${when}: the metrics do not show voice behind in ${behind} partitions`);
  await alarms.look(scorers, atMs, alarm, isLast);
  for (const partition of partitions) {
    const id = stage.plan.subscriberIds.find((candidate) => partitionOf(candidate) === partition);
    if (id === undefined) continue;
    const wanted = staleIn === undefined || staleIn(partition) ? notice : undefined;
    const wrong = await wrongNotices(retention.address, id, wanted);
    seen.differences.push(...wrong.map((text) => `${when}: ${text}`));
    seen.answers += 2;
  }
}
