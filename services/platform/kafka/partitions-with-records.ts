import { randomUUID } from 'node:crypto';
import { createKafka } from './client.ts';
import type { KafkaSettings } from './client.ts';
import { deleteGroup } from './delete-group.ts';
import type { LogBounds } from './offsets.ts';

/** An open transaction hides what comes after it for as long as it likes. */
const ANSWER_WITHIN_MS = 20_000;

/**
 * In which of the given ranges of a topic at least one record stands: a range may hold nothing but the ends of
 * transactions, and what was taken back or compacted away. Partitions of which that cannot be seen soon are counted as
 * holding some. For tools, not for services: in a group of its own that is deleted afterwards.
 *
 * @param ranges by partition, from the low offset to before the end.
 */
export async function partitionsWithRecords(
  settings: KafkaSettings,
  topic: string,
  ranges: ReadonlyMap<number, LogBounds>,
): Promise<ReadonlySet<number>> {
  const open = new Map(Array.from(ranges).filter(([, { lowOffset, endOffset }]) => lowOffset < endOffset));
  const found = new Set<number>();
  if (open.size === 0) return found;
  const kafka = createKafka(settings);
  const groupId = `partitions-with-records-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200, allowAutoTopicCreation: false });
  const done = Promise.withResolvers<undefined>();
  // It may fail before it is waited for.
  done.promise.catch(() => undefined);
  let crash: Error | undefined;
  const timer = setTimeout(() => {
    for (const partition of open.keys()) found.add(partition);
    done.resolve(undefined);
  }, ANSWER_WITHIN_MS);

  function close(partition: number): void {
    open.delete(partition);
    if (open.size === 0) done.resolve(undefined);
  }
  function passTo(partition: number, nextOffset: bigint): void {
    const range = open.get(partition);
    if (range !== undefined && nextOffset >= range.endOffset) close(partition);
  }

  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (payload.restart) return;
      crash = payload.error;
      done.reject(crash);
    });
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      // A fetch of nothing but the ends of transactions comes to no handler.
      if (payload.batchSize !== 0 || !/^\d+$/.test(payload.firstOffset)) return;
      passTo(payload.partition, BigInt(payload.lastOffset) + 1n);
    });
    await consumer.run({
      autoCommit: false,
      eachBatch: (payload) => {
        const { batch } = payload;
        const range = open.get(batch.partition);
        if (range === undefined) {
          payload.pause();
          return Promise.resolve();
        }
        const isIn = (offset: bigint): boolean => offset >= range.lowOffset && offset < range.endOffset;
        if (batch.messages.some(({ offset }) => isIn(BigInt(offset)))) {
          found.add(batch.partition);
          close(batch.partition);
        } else {
          passTo(batch.partition, BigInt(batch.lastOffset()) + 1n);
        }
        return Promise.resolve();
      },
    });
    for (const [partition, { lowOffset }] of ranges) consumer.seek({ topic, partition, offset: String(lowOffset) });
    await done.promise;
  } catch (error) {
    // What the client does not let be done afterwards is a consequence.
    throw crash ?? error;
  } finally {
    clearTimeout(timer);
    await consumer.disconnect();
    await deleteGroup(settings, groupId);
  }
  return found;
}
