import type { EncodedRecord } from './encode-records.ts';

/** A record for the broker; without a partition its key decides. */
export interface LogWrite {
  readonly topic: string;
  readonly partition?: number;
  readonly key: string;
  readonly value: Uint8Array;
}

export interface WriteLogOptions {
  readonly topic: string;
  /** Partitions of the topic: marks are written to each of them. */
  readonly partitions: number;
  /** Resolves once the broker holds all records; keeps their order within each partition. */
  readonly send: (records: readonly LogWrite[]) => Promise<void>;
  /** Writes per request. 4,000 of some 200 bytes stay below a broker's 1 MB even if all go to one partition. */
  readonly batchSize?: number;
  /** Events per second of the wall clock; unlimited when left out. */
  readonly eventsPerSecond?: number | undefined;
  readonly clock: Clock;
  /** Ends the writing once what was taken so far is in the log. */
  readonly signal?: AbortSignal;
}

export interface Clock {
  nowMs(): number;
  sleep(durationMs: number): Promise<void>;
}

/** What the broker holds. */
export interface WriteCounts {
  /** Subscriber records of all kinds, malformed ones included. */
  eventsSent: number;
  malformed: number;
  /** Marks, each counted once however many partitions it went to. */
  marks: number;
  bytes: number;
  /** Highest event time so far. */
  eventTimeMs: number;
}

const DEFAULT_BATCH_SIZE = 4_000;

/**
 * Writes a stream to the log in its order. One batch is in flight at a time, so that a mark never overtakes an event that stood before
 * it, and memory holds two batches at most. Rejects when `send` does; part of the batch may then be in the log.
 */
export async function writeLog(records: Iterable<EncodedRecord>, options: WriteLogOptions): Promise<WriteCounts> {
  const { topic, partitions, send, batchSize = DEFAULT_BATCH_SIZE, eventsPerSecond, clock, signal } = options;
  const held: WriteCounts = { eventsSent: 0, malformed: 0, marks: 0, bytes: 0, eventTimeMs: 0 };
  const startedAtMs = clock.nowMs();
  let batch: LogWrite[] = [];
  const taken: WriteCounts = { ...held };
  let inFlight: Promise<void> = Promise.resolve();

  async function flush(): Promise<void> {
    await inFlight;
    if (batch.length === 0) return;
    const sent = batch;
    const after = { ...taken };
    batch = [];
    if (eventsPerSecond !== undefined) {
      const aheadMs = (held.eventsSent / eventsPerSecond) * 1_000 - (clock.nowMs() - startedAtMs);
      if (aheadMs > 0) await clock.sleep(aheadMs);
    }
    inFlight = send(sent).then(() => {
      Object.assign(held, after);
    });
    // Whoever awaits the next flush meets the failure; until then it must not count as unhandled.
    inFlight.catch(() => undefined);
  }

  for (const record of records) {
    if (signal?.aborted === true) break;
    const { kind, key, value, occurredAtMs } = record;
    if (kind === 'mark') {
      for (let partition = 0; partition < partitions; partition += 1) batch.push({ topic, partition, key, value });
      taken.marks += 1;
    } else {
      batch.push({ topic, key, value });
      taken.eventsSent += 1;
      if (kind === 'malformed') taken.malformed += 1;
    }
    taken.bytes += kind === 'mark' ? value.length * partitions : value.length;
    taken.eventTimeMs = Math.max(taken.eventTimeMs, occurredAtMs);
    if (batch.length >= batchSize) await flush();
  }
  await flush();
  await inFlight;
  return held;
}
