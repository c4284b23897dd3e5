import { isPartitionMark } from '../core/events/subscriber-event.ts';
import type { LogRecord } from '../core/events/subscriber-event.ts';
import { FLAWS, malformedCopy } from './disorder/malformed.ts';
import type { Flaw } from './disorder/malformed.ts';
import { chance, pick } from './random/distributions.ts';
import { PURPOSE } from './random/purposes.ts';
import { openRandom, seedOf } from './random/random.ts';

/** A record in the bytes of the log. Events and malformed copies go by their key; a mark goes to every partition. */
export interface EncodedRecord {
  readonly kind: 'event' | 'malformed' | 'mark';
  readonly key: string;
  readonly value: Uint8Array;
  /** Event time; for a malformed copy that of its original. */
  readonly occurredAtMs: number;
}

export interface EncodeOptions {
  readonly seed: number;
  /** Malformed copies to add, as a share (0–1) of the events. */
  readonly malformedShare: number;
  readonly encode: (record: LogRecord) => Uint8Array;
}

export type FlawCounts = Record<Flaw, number>;

export function emptyFlawCounts(): FlawCounts {
  return { truncated: 0, noise: 0, empty: 0, wrong_key: 0, no_event_id: 0, far_future: 0 };
}

/** Encodes a stream in its order; each malformed copy follows its original. */
export function* encodeRecords(
  records: Iterable<LogRecord>,
  { seed, malformedShare, encode }: EncodeOptions,
  flaws: FlawCounts = emptyFlawCounts(),
): Generator<EncodedRecord> {
  for (const record of records) {
    const { occurredAtMs } = record;
    if (isPartitionMark(record)) {
      const key = record.body.type === 'feed_progress' ? `feed:${record.feed}` : `incident:${record.body.incidentId}`;
      yield { kind: 'mark', key, value: encode(record), occurredAtMs };
      continue;
    }
    yield { kind: 'event', key: record.subscriberId, value: encode(record), occurredAtMs };
    if (malformedShare === 0) continue;
    const random = openRandom(seed, PURPOSE.malformed, seedOf(record.eventId));
    if (!chance(random, malformedShare)) continue;
    const flaw = pick(random, FLAWS);
    flaws[flaw] += 1;
    yield { kind: 'malformed', ...malformedCopy(random, flaw, record, encode), occurredAtMs };
  }
}
