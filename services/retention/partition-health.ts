import type { Policy } from '../core/policy/policy.ts';
import { staleFeedsOf } from '../core/time/partition-time.ts';
import type { PartitionTime } from '../core/time/partition-time.ts';
import type { PartitionHealth } from './risk-reader.ts';

/** How far each feed of a partition has come, those that should report and never did included. */
export function toPartitionHealth(partition: number, time: PartitionTime, policy: Policy): PartitionHealth {
  const stale = new Map(staleFeedsOf(time, policy.time).map((entry) => [entry.feed, entry]));
  const names = new Set([...Object.keys(time.feeds), ...stale.keys()]);
  return {
    partition,
    watermarkMs: time.watermarkMs,
    feeds: [...names].toSorted().map((feed) => {
      const completeThroughMs = time.feeds[feed];
      return { feed, completeThroughMs, staleSinceMs: stale.has(feed) ? completeThroughMs : undefined };
    }),
  };
}
