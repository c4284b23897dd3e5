import type { LogRecord } from '../core/events/subscriber-event.ts';
import type { Outcome } from '../core/outcome.ts';
import { accepted, refused } from '../core/outcome.ts';
import { SubscriberEventSchema } from './gen/telco/v1/subscriber_event_pb.ts';
import { compilePlainReader, readPlain } from './plain-reader.ts';
import { compilePlainWriter } from './plain-writer.ts';
import { readUsageEvent } from './usage-reader.ts';

const read = compilePlainReader(SubscriberEventSchema);
const write = compilePlainWriter(SubscriberEventSchema);

/** @throws an error naming the field where a value does not fit the contract. */
export function encodeLogRecord(record: LogRecord): Uint8Array {
  return write(record);
}

/** Reads one value of the input log; says what is wrong without repeating any of its content. */
export function decodeLogRecord(bytes: Uint8Array): Outcome<LogRecord, 'undecodable'> {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const usage = readUsageEvent(buffer);
  if (usage !== undefined) return accepted(usage);
  const plain = readPlain(read, buffer);
  if (!plain.ok) return plain;
  const record = plain.value;
  return isLogRecord(record) ? accepted(record) : refused('undecodable', 'body is missing or of an unknown type');
}

/** The reader is compiled from the same contract as the types: what is left to see is that a body is there. */
function isLogRecord(record: object): record is LogRecord {
  return 'body' in record && record.body !== undefined;
}
