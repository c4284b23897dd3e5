import type { EventBody, LogRecord, SubscriberEvent } from '../../services/core/events/subscriber-event.ts';
import { sampleCall, sampleEvent, sampleProgress } from './sample-events.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const FEEDS = ['voice', 'account'] as const;
export type Feed = (typeof FEEDS)[number];

/** Midnight of the first day, UTC: long enough ago for any clock. */
export const FIRST_DAY_MS = Date.UTC(2025, 0, 6);

/** An instant by day (0 is the first, those before it are negative) and hour of the day, UTC. */
export function at(day: number, hour = 0): number {
  return FIRST_DAY_MS + day * DAY_MS + hour * HOUR_MS;
}

export interface RegularLife {
  readonly subscriberIds: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Subscribers who do nothing any more; the operator still books their balance. */
  readonly silent?: ReadonlySet<string>;
}

/**
 * What happens in [fromMs, toMs) to people of the same habits, in event-time order: each calls once a day at half past
 * nine in the evening (feed voice), and has the balance booked every hour (feed account), which scores but is no sign of
 * life. Both feeds tell their progress at each full hour after it.
 *
 * Ids derive from content, so that the same stretch told twice is the same.
 */
export function regularLife({ subscriberIds, fromMs, toMs, silent = new Set() }: RegularLife): LogRecord[] {
  const records: LogRecord[] = [];
  for (let hourMs = fromMs; hourMs < toMs; hourMs += HOUR_MS) {
    subscriberIds.forEach((subscriberId, place) => {
      const momentMs = hourMs + 30 * 60_000 + place * 1_000;
      const event = (feed: Feed, body: EventBody): SubscriberEvent =>
        sampleEvent(body, momentMs, { subscriberId, feed, eventId: `${subscriberId}-${feed}-${momentMs}` });
      records.push(event('account', { type: 'balance_snapshot', balanceMinor: 5_000 }));
      const isEvening = new Date(hourMs).getUTCHours() === 21;
      if (isEvening && !silent.has(subscriberId)) records.push(event('voice', sampleCall()));
    });
    for (const feed of FEEDS) records.push(sampleProgress(feed, hourMs + HOUR_MS));
  }
  return records;
}

/** Ids that look alike and spread over partitions and moments of the day. */
export function people(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `k1-person${String(i).padStart(4, '0')}`);
}
