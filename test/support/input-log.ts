import fc from 'fast-check';
import { encodeLogRecord } from '../../services/contracts/log-record.ts';
import type { LogRecord } from '../../services/core/events/subscriber-event.ts';
import type { InputRecord } from '../../services/scorer/ports.ts';
import { arbitraryBody } from './arbitrary-events.ts';
import { sampleCall, sampleEvent, sampleProgress } from './sample-events.ts';

const HOUR_MS = 3_600_000;

/** A record of the input log, keyed as intake keys it. The log took it an instant after it happened. */
export function toInputRecord(record: LogRecord, offset: number, timestampMs = record.occurredAtMs + 1): InputRecord {
  return {
    offset: BigInt(offset),
    key: record.subscriberId === '' ? null : Buffer.from(record.subscriberId),
    value: Buffer.from(encodeLogRecord(record)),
    headers: {},
    timestampMs,
  };
}

/** A whole log, its offsets counted from 0. */
export function toInputLog(records: readonly LogRecord[]): InputRecord[] {
  return records.map((record, offset) => toInputRecord(record, offset));
}

/**
 * Small logs with everything that may befall one: several subscribers, marks of two feeds, duplicates, outcomes,
 * stragglers within and beyond any limit, garbage, and offsets that are missing. One item follows the other by up to
 * some hours.
 */
export function arbitraryInputLog(startMs: number, maxItems: number): fc.Arbitrary<InputRecord[]> {
  const subscriber = fc.constantFrom('s1', 's2', 's3', 's4');
  const item = fc.oneof(
    { weight: 10, arbitrary: fc.record({ type: fc.constant('event' as const), subscriber, bodyAt: arbitraryBody() }) },
    { weight: 4, arbitrary: fc.record({ type: fc.constant('mark' as const), feed: fc.constantFrom('voice', 'data') }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('duplicate' as const), which: fc.nat() }) },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('outcome' as const),
        subscriber,
        episode: fc.integer({ min: 1, max: 3 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('garbage' as const), bytes: fc.uint8Array({ maxLength: 8 }) }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('stranger' as const), subscriber }) },
  );
  const step = fc.record({
    item,
    aheadMs: fc.oneof(
      { weight: 3, arbitrary: fc.nat(HOUR_MS) },
      { weight: 3, arbitrary: fc.nat(6 * HOUR_MS) },
      { weight: 1, arbitrary: fc.nat(30 * HOUR_MS) },
    ),
    agoMs: fc.oneof(fc.constant(0), fc.constant(0), fc.nat(6 * HOUR_MS), fc.nat(100 * HOUR_MS)),
    hole: fc.constantFrom(0, 0, 0, 0, 2),
  });
  return fc
    .array(step, { minLength: 1, maxLength: maxItems, size: 'max' })
    .map((steps) => {
      const log: InputRecord[] = [];
      let clockMs = startMs;
      let offset = 100;
      for (const [i, { item: made, aheadMs, agoMs, hole }] of steps.entries()) {
        clockMs += aheadMs;
        offset += 1 + hole;
        const atMs = clockMs - agoMs;
        const id = { eventId: `e${i}`, feed: i % 2 === 0 ? 'voice' : 'data' };
        const taken = (record: LogRecord): void => void log.push(toInputRecord(record, offset, clockMs));
        switch (made.type) {
          case 'event':
            taken(sampleEvent(made.bodyAt(atMs, startMs), atMs, { ...id, subscriberId: made.subscriber }));
            break;
          case 'mark':
            taken(sampleProgress(made.feed, atMs));
            break;
          case 'duplicate': {
            const original = log[made.which % Math.max(log.length, 1)];
            if (original !== undefined) log.push({ ...original, offset: BigInt(offset), timestampMs: clockMs });
            break;
          }
          case 'outcome':
            taken(sampleOutcome(made.subscriber, made.episode, atMs, id.eventId));
            break;
          case 'garbage':
            log.push({
              offset: BigInt(offset),
              key: Buffer.from('s1'),
              value: made.bytes.length === 0 ? null : Buffer.from(made.bytes),
              headers: {},
              timestampMs: clockMs,
            });
            break;
          case 'stranger':
            // Its key belongs to another partition.
            taken(sampleEvent(sampleCall(), atMs, { ...id, subscriberId: `stranger-${made.subscriber}` }));
        }
      }
      return log;
    })
    .filter((log) => log.length > 0);
}

export function sampleOutcome(subscriberId: string, episode: number, atMs: number, eventId: string): LogRecord {
  return sampleEvent(
    {
      type: 'order_outcome',
      workOrderId: `w-${subscriberId}-${episode}`,
      alertId: `${subscriberId}.${episode}`,
      episode,
      result: 'won',
      cause: 'price',
      offerId: '',
    },
    atMs,
    { subscriberId, eventId, feed: 'retention' },
  );
}
