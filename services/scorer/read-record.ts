import { decodeLogRecord } from '../contracts/log-record.ts';
import type { LogRecord } from '../core/events/subscriber-event.ts';
import { validateRecord } from '../core/events/validate-record.ts';
import type { ParkReason } from '../core/events/validate-record.ts';
import { refused } from '../core/outcome.ts';
import type { Outcome } from '../core/outcome.ts';
import type { InputRecord } from './ports.ts';

/** A record's content, if it is one. @param key the record's key as text. */
export function readRecord(input: InputRecord, key: string | null): Outcome<LogRecord, ParkReason> {
  if (input.value === null) return refused('no_value', 'the record has no value');
  const decoded = decodeLogRecord(input.value);
  if (!decoded.ok) return decoded;
  return validateRecord(decoded.value, { key, timestampMs: input.timestampMs });
}

/** The records from an offset on; Kafka hands them out in order. */
export function sinceOffset(records: readonly InputRecord[], offset: bigint): readonly InputRecord[] {
  const from = records.findIndex((record) => record.offset >= offset);
  return from < 0 ? [] : from === 0 ? records : records.slice(from);
}
