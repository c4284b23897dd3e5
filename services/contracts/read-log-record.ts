import type { LogRecord } from '../core/events/subscriber-event.ts';
import { MAX_RECORD_BYTES, validateRecord } from '../core/events/validate-record.ts';
import type { ParkReason, RecordOrigin } from '../core/events/validate-record.ts';
import type { Outcome } from '../core/outcome.ts';
import { refused } from '../core/outcome.ts';
import { decodeLogRecord } from './log-record.ts';

/** A value of the input log as a record, if it is one that can be used; all that can be known of it without a state. */
export function readLogRecord(value: Uint8Array | null, origin: RecordOrigin): Outcome<LogRecord, ParkReason> {
  if (value === null) return refused('no_value', 'the record has no value');
  if (value.length > MAX_RECORD_BYTES)
    return refused('too_large', `the value is larger than ${MAX_RECORD_BYTES} bytes`);
  const decoded = decodeLogRecord(value);
  return decoded.ok ? validateRecord(decoded.value, origin) : decoded;
}
