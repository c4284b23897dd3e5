import { Partitioners } from 'kafkajs';
import type { Message, TopicMessages } from 'kafkajs';
import { METADATA_MAX_AGE_MS, createKafka } from './client.ts';
import type { KafkaSettings } from './client.ts';
import type { OutgoingRecord } from './record.ts';
import { toSteadyPartitioner } from './send-acknowledged.ts';
import { sendFitting } from './send-fitting.ts';

/** A broker takes 1 MiB unless told otherwise. */
const MAX_CALL_BYTES = 700_000;
const RECORD_OVERHEAD_BYTES = 32;
const HEADER_OVERHEAD_BYTES = 4;

export interface Producer {
  /**
   * Resolves when all in-sync replicas hold every record; records of one partition are written in the given order.
   * A rejected call may have written some of them: callers send again and readers recognise the ids.
   */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** At-least-once producer: acknowledged by all replicas, one request in flight, so that retries keep the order. */
export async function openProducer(settings: KafkaSettings): Promise<Producer> {
  const producer = createKafka(settings).producer({
    metadataMaxAge: METADATA_MAX_AGE_MS,
    createPartitioner: toSteadyPartitioner(Partitioners.DefaultPartitioner),
    maxInFlightRequests: 1,
    idempotent: false,
    retry: { initialRetryTime: 300, maxRetryTime: 5_000, retries: 8, factor: 0.2, multiplier: 2 },
  });
  await producer.connect();

  return {
    async send(records) {
      for (const chunk of chunksOf(records)) await sendFitting(producer, toTopicMessages(chunk));
    },
    close: () => producer.disconnect(),
  };
}

/**
 * The client puts all records of one partition in a call into one Kafka batch, and a broker refuses a batch above its
 * message limit for good: so a call stays well below it, whatever partitions its records go to.
 */
function* chunksOf(records: readonly OutgoingRecord[]): Generator<readonly OutgoingRecord[]> {
  let chunk: OutgoingRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = sizeOf(record);
    if (chunk.length > 0 && bytes + size > MAX_CALL_BYTES) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(record);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}

function sizeOf({ key, value, headers = {} }: OutgoingRecord): number {
  let bytes = RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  for (const name in headers) bytes += name.length + (headers[name]?.length ?? 0) + HEADER_OVERHEAD_BYTES;
  return bytes;
}

function toTopicMessages(records: readonly OutgoingRecord[]): TopicMessages[] {
  const byTopic = new Map<string, Message[]>();
  for (const record of records) {
    const messages = byTopic.get(record.topic) ?? [];
    byTopic.set(record.topic, messages);
    messages.push(toMessage(record));
  }
  return [...byTopic].map(([topic, messages]) => ({ topic, messages }));
}

function toMessage(record: OutgoingRecord): Message {
  return {
    key: record.key,
    value: record.value === null ? null : asBuffer(record.value),
    ...(record.partition === undefined ? {} : { partition: record.partition }),
    ...(record.headers === undefined ? {} : { headers: toHeaders(record.headers) }),
  };
}

function toHeaders(headers: Readonly<Record<string, string | Uint8Array>>): Record<string, string | Buffer> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : asBuffer(value)]),
  );
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
