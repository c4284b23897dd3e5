import type { LogRecord, SubscriberEvent } from '../../../services/core/events/subscriber-event.ts';
import { FIRST_DAY_MS } from '../../support/regular-life.ts';
import { sampleCall, sampleEvent, sampleProgress } from '../../support/sample-events.ts';

const HOUR_MS = 3_600_000;
/** First hour of the day in which anybody calls, and for how many hours. */
const [FIRST_CALL_HOUR, CALL_HOURS] = [9, 12];
const BALANCE_HOURS = 6;

export interface DailyLife {
  readonly subscriberIds: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Nothing at all happens to them. */
  readonly absent?: ReadonlySet<string>;
}

/**
 * What happens in [fromMs, toMs) to many people of the same habits: each calls once a day at an hour of its own (feed
 * voice), and has the balance booked every six hours (feed account). Both feeds tell their progress at each full hour.
 * What happens to one does not depend on who else there is.
 */
export function* dailyLife({ subscriberIds, fromMs, toMs, absent = new Set() }: DailyLife): Generator<LogRecord> {
  for (let hourMs = fromMs; hourMs < toMs; hourMs += HOUR_MS) {
    const hour = ((hourMs - FIRST_DAY_MS) / HOUR_MS) % 24;
    for (const subscriberId of subscriberIds) {
      if (absent.has(subscriberId)) continue;
      const place = Number(/\d+$/.exec(subscriberId)?.[0] ?? '0');
      const momentMs = hourMs + (place % 3_600) * 1_000;
      const event = (feed: string, body: SubscriberEvent['body']): SubscriberEvent =>
        sampleEvent(body, momentMs, { subscriberId, feed, eventId: `${subscriberId}-${feed}-${momentMs}` });
      if (place % BALANCE_HOURS === hour % BALANCE_HOURS) {
        yield event('account', { type: 'balance_snapshot', balanceMinor: 5_000 + (place % 100) });
      }
      if (FIRST_CALL_HOUR + (place % CALL_HOURS) === hour) yield event('voice', sampleCall());
    }
    for (const feed of ['account', 'voice']) yield sampleProgress(feed, hourMs + HOUR_MS);
  }
}
