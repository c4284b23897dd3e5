import { setTimeout as delay } from 'node:timers/promises';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import type { Installation } from '../../support/installation.ts';
import { sendRecords } from '../../support/installation-log.ts';
import { at, people, regularLife } from '../../support/regular-life.ts';

/** Days of a round of every subscriber: a while of silence that is high risk, then regular life until the band has fallen. */
const ROUND_DAYS = 24;
const SILENT_DAYS = 10;
const REGULAR_FIRST_DAYS = 3;
/** Neighbours fall silent on different days, so that alerts come every day. */
const DAYS_BETWEEN_NEIGHBOURS = 7;
/** Sent at once, so that the first alerts are there soon. */
const DAYS_AT_ONCE = 12;
/** What the log may span at most; more than any scenario takes. */
const MOST_DAYS = 900;

export interface SteadyLoad {
  /** Subscriber events that Kafka has taken so far. */
  events(): number;
  /** Ends after the day under way, with one more day, so that all that is behind comes to be known. @throws what sending threw. */
  stop(): Promise<void>;
}

export interface SteadyLoadOptions {
  readonly subscribers: number;
  /** Pause between two days of the log. */
  readonly paceMs: number;
  readonly signal: AbortSignal;
}

/** Sends a day of regular life after the other, of people who fall silent now and then, until it is stopped. */
export function startLoad(shop: Installation, { subscribers, paceMs, signal }: SteadyLoadOptions): SteadyLoad {
  const subscriberIds = people(subscribers);
  const stopping = new AbortController();
  const ending = AbortSignal.any([signal, stopping.signal]);
  let [day, events] = [0, 0];

  async function sendDay(): Promise<void> {
    const records = regularLife({ subscriberIds, fromMs: at(day), toMs: at(day + 1), silent: silentOn(day) });
    await sendRecords(shop, records);
    day += 1;
    events += records.filter((record) => !isPartitionMark(record)).length;
  }

  function silentOn(onDay: number): ReadonlySet<string> {
    if (onDay < REGULAR_FIRST_DAYS) return new Set();
    return new Set(
      subscriberIds.filter((_, place) => (onDay + place * DAYS_BETWEEN_NEIGHBOURS) % ROUND_DAYS < SILENT_DAYS),
    );
  }

  async function send(): Promise<void> {
    while (!ending.aborted && day < MOST_DAYS) {
      await sendDay();
      if (day >= DAYS_AT_ONCE) await delay(paceMs, undefined, { signal: ending }).catch(() => undefined);
    }
    await sendDay();
  }

  const sent = send();
  // Whoever stops it is told.
  sent.catch(() => undefined);
  return {
    events: () => events,
    async stop() {
      stopping.abort();
      await sent;
    },
  };
}
