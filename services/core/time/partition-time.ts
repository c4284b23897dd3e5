/**
 * Event time of one partition, moved by its log alone.
 *
 * With marks of progress the watermark is the least advanced of the required feeds: it says "nothing before this is
 * still to come, apart from stragglers". Without any mark it is the highest event time less the allowed disorder.
 * It never goes back.
 */
export interface PartitionTime {
  readonly watermarkMs: number | undefined;
  /** While no feed reports: time of the latest event. */
  readonly highestEventMs: number | undefined;
  /** Complete-through per feed. */
  readonly feeds: Readonly<Record<string, number>>;
}

export interface TimePolicy {
  /** Feeds without which time does not advance; empty means every feed that ever reported. */
  readonly requiredFeeds: readonly string[];
  /** Disorder allowed for where no feed reports. */
  readonly disorderMs: number;
  /** An event this much older than the watermark is late. */
  readonly latenessLimitMs: number;
  /** A feed this far behind the most advanced one is stale. */
  readonly staleAfterMs: number;
}

export const START_OF_TIME: PartitionTime = { watermarkMs: undefined, highestEventMs: undefined, feeds: {} };

export function advanceByEvent(time: PartitionTime, occurredAtMs: number, policy: TimePolicy): PartitionTime {
  // Where feeds report their progress, events do not move time.
  if (policy.requiredFeeds.length > 0 || hasAny(time.feeds)) return time;
  if (time.highestEventMs !== undefined && occurredAtMs <= time.highestEventMs) return time;
  return withWatermark({ ...time, highestEventMs: occurredAtMs }, policy);
}

export function advanceByProgress(
  time: PartitionTime,
  feed: string,
  completeThroughMs: number,
  policy: TimePolicy,
): PartitionTime {
  const known = time.feeds[feed];
  if (known !== undefined && completeThroughMs <= known) return time;
  return withWatermark({ ...time, feeds: { ...time.feeds, [feed]: completeThroughMs } }, policy);
}

export function isLate(time: PartitionTime, occurredAtMs: number, policy: TimePolicy): boolean {
  return time.watermarkMs !== undefined && occurredAtMs < time.watermarkMs - policy.latenessLimitMs;
}

/** Feeds that are behind, in alphabetical order, with how far they are complete; a required one never heard of is. */
export function staleFeedsOf(
  time: PartitionTime,
  policy: TimePolicy,
): readonly { readonly feed: string; readonly completeThroughMs: number | undefined }[] {
  const front = Math.max(...Object.values(time.feeds));
  return feedsOf(time, policy)
    .toSorted()
    .map((feed) => ({ feed, completeThroughMs: time.feeds[feed] }))
    .filter(
      ({ completeThroughMs }) => completeThroughMs === undefined || front - completeThroughMs > policy.staleAfterMs,
    );
}

function hasAny(feeds: PartitionTime['feeds']): boolean {
  for (const _name in feeds) return true;
  return false;
}

/** The feeds that time waits for; none where it follows the events. */
function feedsOf(time: PartitionTime, policy: TimePolicy): readonly string[] {
  return policy.requiredFeeds.length > 0 ? policy.requiredFeeds : Object.keys(time.feeds);
}

function withWatermark(time: PartitionTime, policy: TimePolicy): PartitionTime {
  const candidate = candidateWatermark(time, policy);
  if (candidate === undefined) return time;
  if (time.watermarkMs !== undefined && candidate <= time.watermarkMs) return time;
  return { ...time, watermarkMs: candidate };
}

function candidateWatermark(time: PartitionTime, policy: TimePolicy): number | undefined {
  const names = feedsOf(time, policy);
  if (names.length === 0) {
    return time.highestEventMs === undefined ? undefined : time.highestEventMs - policy.disorderMs;
  }
  let least = Infinity;
  for (const name of names) least = Math.min(least, time.feeds[name] ?? -Infinity);
  return least === -Infinity ? undefined : least;
}
