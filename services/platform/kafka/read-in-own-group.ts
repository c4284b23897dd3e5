import { randomUUID } from 'node:crypto';
import type { EachBatchPayload } from 'kafkajs';
import { createKafka } from './client.ts';
import type { KafkaSettings } from './client.ts';
import { deleteGroup } from './delete-group.ts';
import { requireReadable } from './fetched.ts';

export interface OwnGroupOptions {
  /** What the group's name begins with; the rest is random. */
  readonly name: string;
  readonly maxBytesPerPartition?: number;
}

export interface OwnGroupReading {
  /** Lets a partition be read from there next. Not before the reader is told that it reads. */
  readonly seek: (partition: number, offset: bigint) => void;
  /** All has been read that was wanted. */
  readonly finish: () => void;
}

/** What any of them throws ends the reading, and is thrown. */
export interface OwnGroupReader {
  /** Batches of a partition in order. What is not resolved comes again, at once or when its partition is resumed. */
  onBatch(payload: EachBatchPayload): Promise<void> | void;
  /** A fetch of nothing but the ends of transactions, which is no batch. */
  onEmptyFetch?(partition: number, nextOffset: bigint): void;
  /** The group begins to read. */
  onBegin?(): void;
}

const MOST_RESTARTS = 10;

/**
 * Reads a topic from the beginning, in a group of its own that is deleted afterwards, come what may, until the reader
 * says that it is done. For tools and checks, not for services: it gives up where Kafka stays away.
 *
 * @throws why Kafka could not be read, UnreadableBatchError, or what the reader throws.
 */
export async function readInOwnGroup(
  settings: KafkaSettings,
  topic: string,
  { name, maxBytesPerPartition = 1_048_576 }: OwnGroupOptions,
  open: (reading: OwnGroupReading) => OwnGroupReader,
): Promise<void> {
  const groupId = `${name}-${randomUUID()}`;
  let restarts = 0;
  const consumer = createKafka(settings).consumer({
    groupId,
    maxBytesPerPartition,
    maxWaitTimeInMs: 200,
    allowAutoTopicCreation: false,
    retry: {
      initialRetryTime: 300,
      maxRetryTime: 5_000,
      retries: settings.retries ?? 8,
      factor: 0.2,
      multiplier: 2,
      // A broker that has just started cannot coordinate a group yet.
      restartOnFailure: () => Promise.resolve(restarts++ < MOST_RESTARTS),
    },
  });
  const done = Promise.withResolvers<undefined>();
  // It may fail before it is waited for.
  done.promise.catch(() => undefined);
  let failure: { readonly reason: unknown } | undefined;

  function fail(reason: unknown): void {
    failure ??= { reason };
    done.reject(reason);
  }

  const reader = open({
    seek(partition, offset) {
      consumer.seek({ topic, partition, offset: String(offset) });
    },
    finish() {
      done.resolve(undefined);
    },
  });
  try {
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) fail(payload.error);
    });
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize !== 0 || !/^\d+$/.test(payload.firstOffset)) return;
      try {
        reader.onEmptyFetch?.(payload.partition, BigInt(payload.lastOffset) + 1n);
      } catch (error) {
        fail(error);
      }
    });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async (payload) => {
        try {
          requireReadable(payload.batch);
          await reader.onBatch(payload);
        } catch (error) {
          fail(error);
          throw error;
        }
        await payload.heartbeat();
      },
    });
    reader.onBegin?.();
    await done.promise;
  } catch (error) {
    // What the client does not let be done after a failure is a consequence of it.
    throw failure === undefined ? error : failure.reason;
  } finally {
    await consumer.disconnect();
    await deleteGroup(settings, groupId);
  }
}
