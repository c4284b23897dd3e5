import type { IncomingRecord, OutgoingRecord } from '../../services/platform/kafka/record.ts';

/** A record as it comes from a topic. */
export function incomingRecord(value: Uint8Array | null, changes: Partial<IncomingRecord> = {}): IncomingRecord {
  return {
    offset: 7n,
    key: Buffer.from('k1-subscriberA'),
    value: value === null ? null : Buffer.from(value),
    headers: {},
    timestampMs: 1_000,
    ...changes,
  };
}

/** Collects what is sent; fails while `failing` says so, keeping nothing. */
export function createRecordSink(): {
  readonly sent: OutgoingRecord[];
  readonly send: (records: readonly OutgoingRecord[]) => Promise<void>;
  failWith(error: Error | undefined): void;
} {
  const sent: OutgoingRecord[] = [];
  let failure: Error | undefined;
  return {
    sent,
    send(records) {
      if (failure !== undefined) return Promise.reject(failure);
      sent.push(...records);
      return Promise.resolve();
    },
    failWith(error) {
      failure = error;
    },
  };
}
