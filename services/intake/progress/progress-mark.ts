import type { PartitionMark } from '../../core/events/subscriber-event.ts';
import { validateRecord } from '../../core/events/validate-record.ts';

/** A feed's mark. The same statement has the same id, however often it is made. */
export function toProgressMark(feed: string, completeThroughMs: number): PartitionMark {
  return {
    eventId: `progress-${feed}-${completeThroughMs.toString(36)}`,
    subscriberId: '',
    occurredAtMs: completeThroughMs,
    recordedAtMs: completeThroughMs,
    feed,
    utcOffsetMinutes: 0,
    body: { type: 'feed_progress', feed, completeThroughMs },
  };
}

/**
 * The same, as it may be written now. Undefined for a time before any that the log takes: that says nothing.
 *
 * @throws RangeError where scorers would refuse it: a mark that is written and not taken holds the feed for ever.
 */
export function toValidMark(feed: string, completeThroughMs: number, nowMs: number): PartitionMark | undefined {
  const mark = toProgressMark(feed, completeThroughMs);
  const valid = validateRecord(mark, { key: keyOfMark(mark), timestampMs: nowMs });
  if (valid.ok) return mark;
  if (valid.reason === 'time_out_of_range') return undefined;
  throw new RangeError(`the mark of ${feed} cannot be written: ${valid.detail}`);
}

/** Key of a mark's records. The partition is stated; the key tells people what they look at. */
export function keyOfMark({ body }: PartitionMark): string {
  return body.type === 'feed_progress' ? `feed:${body.feed}` : `incident:${body.incidentId}`;
}
