import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { createKafka } from './client.ts';
import type { KafkaSettings } from './client.ts';
import type { IncomingRecord } from './record.ts';

export interface PartitionConsumerSettings extends KafkaSettings {
  readonly groupId: string;
  readonly topic: string;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly maxBytesPerPartition: number;
  readonly partitionsAtOnce: number;
  /** Least time between two commits of a partition's position to Kafka; 0 commits after every batch. */
  readonly commitIntervalMs: number;
}

/** One fetch of one partition, in the order of the log. */
export interface FetchedBatch {
  readonly partition: number;
  readonly records: readonly IncomingRecord[];
  /** Offset after the partition's newest record. */
  readonly endOffset: bigint;
  /** Tells the group that this member lives; throws where it is no member any more, and then work must stop. */
  readonly heartbeat: () => Promise<void>;
  /** False once the consumer stops or the partition may have moved on: leave at the next record boundary. */
  isCurrent(): boolean;
}

/** Where reading goes on: after what was done, or from another offset. */
export type NextRead =
  { readonly type: 'continue-at'; readonly offset: bigint } | { readonly type: 'seek'; readonly offset: bigint };

export type ConsumerState = 'joined' | 'left' | 'crashed' | 'seek-failed';

export interface PartitionHandlers {
  /** Partitions of this member after a rebalance. Whatever was known of any partition is void. */
  onAssigned(partitions: readonly number[]): void;
  /**
   * Where a partition just assigned is to be read from; undefined leaves it to Kafka's committed offset. Without it a
   * partition in which nothing new happens would stay at an offset that its handler is not at.
   */
  positionOf?(partition: number): Promise<bigint | undefined>;
  /** Called for one batch of a partition at a time. After a throw it comes again, at last in a new membership. */
  onBatch(batch: FetchedBatch): Promise<NextRead>;
  onState(state: ConsumerState, detail: string): void;
}

export interface PartitionConsumer {
  isJoined(): boolean;
  stop(): Promise<void>;
}

const REJOIN_AFTER_MS = 1_000;

/**
 * Membership in a consumer group, at least once: `onBatch`'s answer is committed to Kafka after it resolved. Handlers
 * that keep their position elsewhere seek to it; for them Kafka's position serves lag monitors. After a crash of the
 * client it joins again until stopped.
 */
export function startPartitionConsumer(
  settings: PartitionConsumerSettings,
  handlers: PartitionHandlers,
): PartitionConsumer {
  const { groupId, topic } = settings;
  const kafka = createKafka(settings);
  const committedAt = new Map<number, number>();
  let joined = false;
  const stopping = new AbortController();
  let consumer: Consumer | undefined;

  async function runOnce(signal: AbortSignal): Promise<void> {
    const member = kafka.consumer({
      groupId,
      sessionTimeout: settings.sessionTimeoutMs,
      rebalanceTimeout: settings.sessionTimeoutMs * 2,
      heartbeatInterval: settings.heartbeatIntervalMs,
      maxBytesPerPartition: settings.maxBytesPerPartition,
      maxWaitTimeInMs: 200,
      allowAutoTopicCreation: false,
      retry: {
        initialRetryTime: 300,
        maxRetryTime: 5_000,
        retries: 5,
        factor: 0.2,
        multiplier: 2,
        restartOnFailure: () => Promise.resolve(false),
      },
    });
    consumer = member;
    const ended = Promise.withResolvers<Error | undefined>();
    const onAbort = (): void => {
      ended.resolve(undefined);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    member.on(member.events.GROUP_JOIN, ({ payload }) => {
      joined = true;
      const partitions = payload.memberAssignment[topic] ?? [];
      handlers.onAssigned(partitions);
      handlers.onState('joined', `partitions ${partitions.join(', ')}`);
      for (const partition of partitions) void seekToPosition(member, partition);
    });
    member.on(member.events.CRASH, ({ payload }) => {
      ended.resolve(payload.error);
    });
    try {
      await member.connect();
      await member.subscribe({ topic, fromBeginning: true });
      await member.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: settings.partitionsAtOnce,
        eachBatch: (payload) => handBatch(member, payload),
      });
      const error = await ended.promise;
      if (error !== undefined) handlers.onState('crashed', error.message);
    } finally {
      signal.removeEventListener('abort', onAbort);
      joined = false;
      handlers.onAssigned([]);
      await member.disconnect().catch((error: unknown) => {
        handlers.onState('crashed', `disconnecting: ${String(error)}`);
      });
      handlers.onState('left', '');
    }
  }

  async function seekToPosition(member: Consumer, partition: number): Promise<void> {
    try {
      const offset = await handlers.positionOf?.(partition);
      if (offset !== undefined) member.seek({ topic, partition, offset: offset.toString() });
    } catch (error) {
      // The next batch of the partition compares, and seeks then.
      handlers.onState('seek-failed', `partition ${partition}: ${String(error)}`);
    }
  }

  async function handBatch(member: Consumer, payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const next = await handlers.onBatch({
      partition: batch.partition,
      records: batch.messages.map((message) => ({
        offset: BigInt(message.offset),
        key: message.key,
        value: message.value,
        headers: singleHeaders(message.headers ?? {}),
        timestampMs: Number(message.timestamp),
      })),
      endOffset: BigInt(batch.highWatermark),
      heartbeat: () => payload.heartbeat(),
      isCurrent: () => payload.isRunning() && !payload.isStale(),
    });
    if (next.type === 'seek') {
      member.seek({ topic, partition: batch.partition, offset: next.offset.toString() });
      return;
    }
    // kafkajs goes on at the offset after the resolved one.
    payload.resolveOffset((next.offset - 1n).toString());
    const now = performance.now();
    const isSoon = now - (committedAt.get(batch.partition) ?? -Infinity) < settings.commitIntervalMs;
    // The end of the log is always told, or lag monitors would see lag where there is none.
    if (isSoon && next.offset < BigInt(batch.highWatermark)) return;
    committedAt.set(batch.partition, now);
    await payload.commitOffsetsIfNecessary({
      topics: [{ topic, partitions: [{ partition: batch.partition, offset: next.offset.toString() }] }],
    });
  }

  const running = (async () => {
    const { signal } = stopping;
    while (!signal.aborted) {
      try {
        await runOnce(signal);
      } catch (error) {
        handlers.onState('crashed', error instanceof Error ? error.message : String(error));
      }
      // An abort ends the wait early, and the loop with it.
      await delay(REJOIN_AFTER_MS, undefined, { signal }).catch(() => undefined);
    }
  })();

  return {
    isJoined: () => joined,
    async stop() {
      stopping.abort();
      await consumer?.stop().catch(() => undefined);
      await running;
    },
  };
}

/** Kafka allows a header twice; the last one counts. */
function singleHeaders(
  headers: Readonly<Record<string, string | Buffer | (string | Buffer)[] | undefined>>,
): Record<string, Buffer> {
  const single: Record<string, Buffer> = {};
  for (const name in headers) {
    const value = headers[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) single[name] = Buffer.isBuffer(last) ? last : Buffer.from(last);
  }
  return single;
}
