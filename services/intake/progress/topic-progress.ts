import { boundOf } from './progress-tracker.ts';
import type { ProgressRule } from './progress-tracker.ts';

/** How far one partition of a source topic has been read, whoever read it. */
export interface PartitionRead {
  readonly maxEventMs?: number | undefined;
  /** Since when everything that the partition holds has been read; undefined while it has not. */
  readonly atEndSinceMs?: number | undefined;
}

/**
 * Complete-through of a topic: of its least advanced partition, for the rows of one time lie in all of them. A partition
 * of which nothing is known holds the topic back, unless the feed counts quiet as nothing happened.
 *
 * @param partitions one for each of the topic's partitions.
 */
export function completeThroughOfTopic(
  rule: ProgressRule,
  partitions: readonly PartitionRead[],
  nowMs: number,
  quietAfterMs: number | undefined,
): number | undefined {
  const boundMs = boundOf(rule);
  if (boundMs === undefined || partitions.length === 0) return undefined;
  let least = Infinity;
  for (const { maxEventMs, atEndSinceMs } of partitions) {
    const byRows = maxEventMs === undefined ? -Infinity : maxEventMs - boundMs;
    const byQuiet = quietThrough(rule, atEndSinceMs, nowMs, quietAfterMs) ?? -Infinity;
    least = Math.min(least, Math.max(byRows, byQuiet));
  }
  return least === -Infinity ? undefined : least;
}

/**
 * Complete-through of a live source that has been read to its end: once quiet for long enough, what is older than the
 * quiet and the disorder allowed for would have come.
 */
export function quietThrough(
  rule: ProgressRule,
  atEndSinceMs: number | undefined,
  nowMs: number,
  quietAfterMs: number | undefined,
): number | undefined {
  if (quietAfterMs === undefined || atEndSinceMs === undefined || rule.mode === 'stated') return undefined;
  if (nowMs - atEndSinceMs < quietAfterMs) return undefined;
  return nowMs - quietAfterMs - (boundOf(rule) ?? 0);
}
