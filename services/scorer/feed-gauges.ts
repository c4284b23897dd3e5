import { staleFeedsOf } from '../core/time/partition-time.ts';
import type { PartitionTime, TimePolicy } from '../core/time/partition-time.ts';
import type { Metrics } from '../platform/telemetry/metrics.ts';

export interface FeedGauges {
  /** How far the feeds of a partition have come. */
  note(partition: number, time: PartitionTime): void;
  /** Partitions were given away: what is said of them is theirs to tell who has them now. */
  forgetPartitions(): void;
}

/**
 * Shows how the feeds do, by the rule that also decides on answers and alerts. An instance tells of its own partitions:
 * the most advanced instance tells how far a feed has come, and all together in how many partitions it is behind.
 */
export function createFeedGauges(metrics: Metrics, policy: TimePolicy): FeedGauges {
  const completeThrough = metrics.gauge(
    'churn_feed_complete_through_seconds',
    'Event time that a feed is complete through where it has come farthest: combine instances with max',
    ['feed'],
  );
  const stalePartitions = metrics.gauge(
    'churn_feed_stale_partitions',
    'Partitions in which a feed is too far behind the most advanced one: add instances up',
    ['feed'],
  );
  metrics
    .gauge('churn_feed_stale_after_seconds', 'How far behind a feed may be, by the policy in force', [])
    .set(policy.staleAfterMs / 1_000);
  const times = new Map<number, PartitionTime>();
  const staleIn = new Map<number, readonly string[]>();
  const frontsMs = new Map<string, number>();

  return {
    note(partition, time) {
      if (times.get(partition)?.feeds === time.feeds) return;
      times.set(partition, time);
      const stale = staleFeedsOf(time, policy);
      staleIn.set(
        partition,
        stale.map(({ feed }) => feed),
      );
      const counts = new Map([...Object.keys(time.feeds), ...frontsMs.keys()].map((feed) => [feed, 0]));
      for (const feed of [...staleIn.values()].flat()) counts.set(feed, (counts.get(feed) ?? 0) + 1);
      for (const [feed, count] of counts) stalePartitions.set({ feed }, count);
      for (const [feed, completeThroughMs] of Object.entries(time.feeds)) {
        const frontMs = Math.max(completeThroughMs, frontsMs.get(feed) ?? -Infinity);
        frontsMs.set(feed, frontMs);
        completeThrough.set({ feed }, frontMs / 1_000);
      }
    },
    forgetPartitions() {
      // How far a feed came at its best stays true, and nothing may come for a long time that would say it again.
      times.clear();
      staleIn.clear();
      stalePartitions.reset();
    },
  };
}
