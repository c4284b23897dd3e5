import type { Message } from 'kafkajs';
import { METADATA_MAX_AGE_MS, createKafka } from './client.ts';
import type { KafkaSettings } from './client.ts';
import { createPartitionOf } from './partition.ts';
import type { Producer } from './producer.ts';
import type { OutgoingRecord } from './record.ts';
import { sendFitting } from './send-fitting.ts';

/**
 * Records of a call. The client's grouping by partition costs as much per record as a call has records, and its
 * encoding holds the event loop: many small calls are cheaper than few large ones, though each is a round trip.
 */
const MAX_CALL_RECORDS = 1_000;
/** A broker takes 1 MiB unless told otherwise, and all of a call may go to one partition. */
const MAX_CALL_BYTES = 700_000;
const RECORD_OVERHEAD_BYTES = 32;

/**
 * A producer with the guarantees of `openProducer`, for a process that writes one topic as fast as it can: it finds the
 * partition of a key itself, for the client's own arithmetic takes as long as all the rest of a record.
 *
 * @param topic the topic; records of others go to the partition that they state, or to 0. Headers are not for bulk: a
 *   record that has some is refused.
 */
export async function openBulkProducer(
  settings: KafkaSettings,
  topic: { readonly name: string; readonly partitions: number },
): Promise<Producer> {
  const producer = createKafka(settings).producer({
    metadataMaxAge: METADATA_MAX_AGE_MS,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
    maxInFlightRequests: 1,
    idempotent: false,
    retry: { initialRetryTime: 300, maxRetryTime: 5_000, retries: 8, factor: 0.2, multiplier: 2 },
  });
  await producer.connect();
  const partitionOfKey = createPartitionOf(topic.partitions);

  function partitionOf({ topic: name, partition, key }: OutgoingRecord): number {
    if (partition !== undefined) return partition;
    if (name !== topic.name || key === null) return 0;
    return partitionOfKey(typeof key === 'string' ? key : key.toString());
  }

  async function sendCall(records: ReadonlyMap<string, Message[]>): Promise<void> {
    await sendFitting(
      producer,
      Array.from(records, ([name, messages]) => ({ topic: name, messages })),
    );
  }

  return {
    async send(records) {
      let call = new Map<string, Message[]>();
      let [count, bytes] = [0, 0];
      for (const record of records) {
        const { key, value, headers } = record;
        if (headers !== undefined) throw new TypeError('a record sent in bulk has no headers');
        const size = RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
        if (count >= MAX_CALL_RECORDS || (count > 0 && bytes + size > MAX_CALL_BYTES)) {
          await sendCall(call);
          call = new Map();
          [count, bytes] = [0, 0];
        }
        const messages = call.get(record.topic) ?? [];
        if (messages.length === 0) call.set(record.topic, messages);
        messages.push({ key, value: value === null ? null : asBuffer(value), partition: partitionOf(record) });
        count += 1;
        bytes += size;
      }
      if (count > 0) await sendCall(call);
    },
    close: () => producer.disconnect(),
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
