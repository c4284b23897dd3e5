import type { Policy } from '../core/policy/policy.ts';
import { staleFeedsOf } from '../core/time/partition-time.ts';
import type { PartitionTime } from '../core/time/partition-time.ts';
import type { PartitionHealth } from './risk-reader.ts';

/** How far each feed of a partition has come, those that should report and never did included. */
export function toPartitionHealth(partition: number, time: PartitionTime, policy: Policy): PartitionHealth {
  const stale = new Set(staleFeedsOf(time, policy.time).map(({ feed }) => feed));
  const names = new Set([...Object.keys(time.feeds), ...stale]);
  return {
    partition,
    watermarkMs: time.watermarkMs,
    feeds: [...names]
      .toSorted()
      .map((feed) => ({ feed, completeThroughMs: time.feeds[feed], isStale: stale.has(feed) })),
    staleAfterMs: policy.time.staleAfterMs,
    timeZone: policy.timeZone,
  };
}
