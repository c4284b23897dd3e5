import type { KafkaMessage } from 'kafkajs';
import type { IncomingRecord } from './record.ts';

export function toIncomingRecord(message: KafkaMessage): IncomingRecord {
  return {
    offset: BigInt(message.offset),
    key: message.key,
    value: message.value,
    headers: singleHeaders(message.headers ?? {}),
    timestampMs: Number(message.timestamp),
  };
}

/** Kafka allows a header twice; the last one counts. */
function singleHeaders(headers: NonNullable<KafkaMessage['headers']>): Record<string, Buffer> {
  const single: Record<string, Buffer> = {};
  for (const name in headers) {
    const value = headers[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) single[name] = Buffer.isBuffer(last) ? last : Buffer.from(last);
  }
  return single;
}
