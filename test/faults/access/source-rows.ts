import { setTimeout as delay } from 'node:timers/promises';
import { decodeLogRecord } from '../../../services/contracts/log-record.ts';
import { ensureTopics } from '../../../services/platform/kafka/topics.ts';
import type { Installation } from '../../support/installation.ts';
import { recordsOf } from '../../support/installation-log.ts';
import { at } from '../../support/regular-life.ts';
import { until } from '../../support/until.ts';
import { FEED, sourceTopicOf } from './kafka-roles.ts';

const PACE_MS = 200;
const NUMBERS = 8;
/** Ahead of the rest of the log, and behind any clock. */
const FIRST_MS = at(500);

/** Rows that go on coming for intake. */
export interface SourceRows {
  /** @returns how many rows there were. */
  stop(): Promise<number>;
}

export async function startSourceRows(shop: Installation, signal: AbortSignal): Promise<SourceRows> {
  const topic = sourceTopicOf(shop);
  await ensureTopics(shop.kafka, [{ topic, partitions: 1 }]);
  const stopping = new AbortController();
  const ending = AbortSignal.any([signal, stopping.signal]);
  let rows = 0;
  async function send(): Promise<void> {
    while (!ending.aborted) {
      const value = Buffer.from(JSON.stringify(rowOf(rows)));
      await shop.producer.send([{ topic, key: null, value }]);
      rows += 1;
      await delay(PACE_MS, undefined, { signal: ending }).catch(() => undefined);
    }
  }
  const sent = send();
  // Whoever stops it is told.
  sent.catch(() => undefined);
  return {
    async stop() {
      stopping.abort();
      await sent;
      return rows;
    },
  };
}

/** Waits until so many different rows have come to the input log. @returns how many did. */
export async function rowsInLog(shop: Installation, wanted: number): Promise<number> {
  let found = 0;
  await until('all rows have come through intake', async () => {
    const ids = new Set<string>();
    for (const { value } of await recordsOf(shop, shop.topics.input)) {
      const record = value === null ? undefined : decodeLogRecord(value);
      if (record?.ok === true && record.value.feed === FEED) ids.add(record.value.eventId);
    }
    found = ids.size;
    return found >= wanted;
  }).catch(() => false);
  return found;
}

function rowOf(place: number): object {
  const occurredAtMs = FIRST_MS + place * 1_000;
  return {
    eventId: `${FEED}-${place}`,
    subscriberId: `8613900${String(place % NUMBERS).padStart(6, '0')}`,
    occurredAtMs,
    recordedAtMs: occurredAtMs,
    feed: FEED,
    utcOffsetMinutes: 0,
    body: { type: 'message', kind: 'sms', direction: 'mobile_originated' },
  };
}
