import { randomUUID } from 'node:crypto';
import type { EachBatchPayload } from 'kafkajs';
import { createKafka } from './client.ts';
import type { KafkaSettings } from './client.ts';
import { deleteGroup } from './delete-group.ts';
import { openOffsetReader } from './offsets.ts';
import type { IncomingRecord } from './record.ts';
import { toIncomingRecord } from './to-incoming-record.ts';

/**
 * Hands over the records at some places of a topic, as far as it still holds them, and reads no more around them than
 * it has to. For tools, not for services: in a group of its own that is deleted afterwards.
 *
 * @param places offsets by partition.
 */
export async function readAt(
  settings: KafkaSettings,
  topic: string,
  places: ReadonlyMap<number, readonly bigint[]>,
  onRecord: (record: IncomingRecord, partition: number) => void,
): Promise<void> {
  const open = await openPlaces(settings, topic, places);
  if (open.size === 0) return;
  const kafka = createKafka(settings);
  const groupId = `read-at-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxBytesPerPartition: 262_144, allowAutoTopicCreation: false });
  const done = Promise.withResolvers<undefined>();
  // It may fail before it is waited for.
  done.promise.catch(() => undefined);
  let crash: Error | undefined;

  function goOn(partition: number): void {
    const [next] = open.get(partition) ?? [];
    if (next === undefined) open.delete(partition);
    else consumer.seek({ topic, partition, offset: String(next) });
    if (open.size === 0) done.resolve(undefined);
  }

  function onBatch({ batch }: EachBatchPayload): void {
    const { partition } = batch;
    const wanted = open.get(partition);
    if (wanted === undefined) return;
    for (const message of batch.messages) {
      if (wanted.includes(BigInt(message.offset))) onRecord(toIncomingRecord(message), partition);
    }
    // What lies before the end of a fetch and was not in it is not there any more.
    const last = BigInt(batch.lastOffset());
    open.set(
      partition,
      wanted.filter((offset) => offset > last),
    );
    goOn(partition);
  }

  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (payload.restart) return;
      crash = payload.error;
      done.reject(crash);
    });
    await consumer.run({
      autoCommit: false,
      eachBatch: (payload) => {
        onBatch(payload);
        return Promise.resolve();
      },
    });
    for (const partition of [...open.keys()]) goOn(partition);
    await done.promise;
  } catch (error) {
    // What the client does not let be done afterwards is a consequence.
    throw crash ?? error;
  } finally {
    await consumer.disconnect();
    await deleteGroup(settings, groupId);
  }
}

/** Those that the topic has not let go, in order. */
async function openPlaces(
  settings: KafkaSettings,
  topic: string,
  places: ReadonlyMap<number, readonly bigint[]>,
): Promise<Map<number, readonly bigint[]>> {
  const reader = await openOffsetReader(settings);
  try {
    const bounds = await reader.allBoundsOf(topic);
    const held = Array.from(places, ([partition, offsets]): [number, readonly bigint[]] => {
      const { lowOffset = 0n, endOffset = 0n } = bounds.get(partition) ?? {};
      const own = [...new Set(offsets)].filter((offset) => offset >= lowOffset && offset < endOffset);
      return [partition, own.toSorted((a, b) => (a < b ? -1 : 1))];
    });
    return new Map(held.filter(([, offsets]) => offsets.length > 0));
  } finally {
    await reader.close();
  }
}
