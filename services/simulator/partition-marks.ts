import type { LogRecord, PartitionMark, SubscriberEvent } from '../core/events/subscriber-event.ts';
import { FEEDS } from './feeds.ts';

/** A planned disturbance of the network in one area. */
export interface Incident {
  readonly incidentId: string;
  readonly areaId: string;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
}

export interface MarkOptions {
  readonly startMs: number;
  readonly endMs: number;
  /** Event time between two marks of a feed. */
  readonly intervalMs: number;
  readonly utcOffsetMinutes: number;
  readonly incidents: readonly Incident[];
}

/**
 * Puts marks between events that come in event-time order: every feed's progress at each interval and at the end, and
 * the start and end of each incident. A mark stands before the first event of its own instant.
 */
export function* withMarks(events: Iterable<SubscriberEvent>, options: MarkOptions): Generator<LogRecord> {
  const marks = marksOf(options);
  let next = marks.next();
  for (const event of events) {
    while (next.done !== true && next.value.occurredAtMs <= event.occurredAtMs) {
      yield next.value;
      next = marks.next();
    }
    yield event;
  }
  for (; next.done !== true; next = marks.next()) yield next.value;
}

function* marksOf(options: MarkOptions): Generator<PartitionMark> {
  const { startMs, endMs, intervalMs, utcOffsetMinutes, incidents } = options;
  const ofNetwork = incidents
    .flatMap((incident) => incidentMarks(incident, utcOffsetMinutes))
    .sort((a, b) => a.occurredAtMs - b.occurredAtMs);
  let placed = 0;
  for (let atMs = startMs + intervalMs; ; atMs += intervalMs) {
    const instantMs = Math.min(atMs, endMs);
    for (; placed < ofNetwork.length; placed += 1) {
      const mark = ofNetwork[placed];
      if (mark === undefined || mark.occurredAtMs > instantMs) break;
      yield mark;
    }
    for (const feed of FEEDS) yield progressMark(feed, instantMs, utcOffsetMinutes);
    if (instantMs === endMs) return;
  }
}

function progressMark(feed: string, atMs: number, utcOffsetMinutes: number): PartitionMark {
  return {
    eventId: `progress-${feed}-${atMs.toString(36)}`,
    subscriberId: '',
    occurredAtMs: atMs,
    recordedAtMs: atMs,
    feed,
    utcOffsetMinutes,
    body: { type: 'feed_progress', feed, completeThroughMs: atMs },
  };
}

function incidentMarks(incident: Incident, utcOffsetMinutes: number): readonly PartitionMark[] {
  const { incidentId, areaId, startsAtMs, endsAtMs } = incident;
  const at = (step: string, atMs: number, knownEndMs: number): PartitionMark => ({
    eventId: `${incidentId}-${step}`,
    subscriberId: '',
    occurredAtMs: atMs,
    recordedAtMs: atMs,
    feed: 'network',
    utcOffsetMinutes,
    body: {
      type: 'network_incident',
      incidentId,
      cellIds: [],
      areaIds: [areaId],
      startsAtMs,
      endsAtMs: knownEndMs,
    },
  });
  return [at('start', startsAtMs, 0), at('end', endsAtMs, endsAtMs)];
}
