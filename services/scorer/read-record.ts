import { readLogRecord } from '../contracts/read-log-record.ts';
import type { LogRecord } from '../core/events/subscriber-event.ts';
import type { ParkReason } from '../core/events/validate-record.ts';
import type { Outcome } from '../core/outcome.ts';
import type { InputRecord } from './ports.ts';

/** A record's content, if it is one. @param key the record's key as text. */
export function readRecord(input: InputRecord, key: string | null): Outcome<LogRecord, ParkReason> {
  return readLogRecord(input.value, { key, timestampMs: input.timestampMs });
}

/** The records from an offset on; Kafka hands them out in order. */
export function sinceOffset(records: readonly InputRecord[], offset: bigint): readonly InputRecord[] {
  const from = records.findIndex((record) => record.offset >= offset);
  return from < 0 ? [] : from === 0 ? records : records.slice(from);
}
