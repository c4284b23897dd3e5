import type { PartitionMark } from '../../core/events/subscriber-event.ts';

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

/** Key of a mark's records. The partition is stated; the key tells people what they look at. */
export function keyOfMark({ body }: PartitionMark): string {
  return body.type === 'feed_progress' ? `feed:${body.feed}` : `incident:${body.incidentId}`;
}
