import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { METADATA_MAX_AGE_MS, createKafka } from './client.ts';
import type { KafkaSettings } from './client.ts';
import type { ConsumerHealth } from './consumer-health.ts';
import { fetchedOffsetOf, requireReadable } from './fetched.ts';
import { isConnectionTrouble, kafkaTrouble } from './kafka-trouble.ts';
import { createPartitionFailures } from './partition-failures.ts';
import type { Failure, FailurePolicy } from './partition-failures.ts';
import { createPassedRanges } from './passed-ranges.ts';
import type { IncomingRecord } from './record.ts';
import { toIncomingRecord } from './to-incoming-record.ts';

export interface PartitionConsumerSettings extends KafkaSettings {
  readonly groupId: string;
  readonly topic: string;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly maxBytesPerPartition: number;
  readonly partitionsAtOnce: number;
  /** Least time between two commits of a partition's position to Kafka; 0 commits after every batch. */
  readonly commitIntervalMs: number;
  /** What is done about a partition whose batch throws; without it, it is tried for ever. */
  readonly failures?: FailurePolicy;
}

/** One fetch of one partition, in the order of the log. */
export interface FetchedBatch {
  readonly partition: number;
  readonly records: readonly IncomingRecord[];
  /**
   * Offset that was asked for, in this fetch or in those before it that held no record: from there to the first record
   * the log holds none. What is before it was not looked at.
   */
  readonly fetchedFrom: bigint;
  /** Offset after all that was fetched, past what is no record, such as the ends of transactions. */
  readonly nextOffset: bigint;
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

export type ConsumerState = 'joined' | 'left' | 'crashed' | 'seek-failed' | 'went-back';

/** How loud a state is in a log: a partition that goes back to records it has had is worth a look. */
export function logLevelOf(state: ConsumerState): 'debug' | 'info' | 'warn' {
  if (state === 'went-back') return 'warn';
  return state === 'joined' ? 'info' : 'debug';
}

export interface PartitionHandlers {
  /** Partitions of this member after a rebalance. Whatever was known of any partition is void. */
  onAssigned(partitions: readonly number[]): void;
  /**
   * Where a partition just assigned is to be read from; undefined leaves it to Kafka's committed offset. Without it a
   * partition in which nothing new happens would stay at an offset that its handler is not at. Asked again while it
   * throws, and every few seconds while the partition is at rest: a store that lost what it wrote last is behind, and
   * no batch may come that would show it.
   */
  positionOf?(partition: number): Promise<bigint | undefined>;
  /**
   * Called for one batch of a partition at a time. After a throw the partition is paused, with back-off, and the batch
   * comes again; the other partitions go on.
   */
  onBatch(batch: FetchedBatch): Promise<NextRead>;
  /** A fetch held no records, only such as the ends of transactions: reading went on from `fromOffset` to `nextOffset`. */
  onPassed?(partition: number, fromOffset: bigint, nextOffset: bigint): void;
  /** `onBatch` threw; the partition waits as the failure says. */
  onFailing?(partition: number, error: unknown, failure: Failure): void;
  /** The partition had been failing, and its records have been worked on. */
  onRecovered?(partition: number): void;
  onState(state: ConsumerState, detail: string): void;
}

export interface PartitionConsumer {
  isJoined(): boolean;
  health(): ConsumerHealth;
  /** Leaves the group, or gives up leaving it after 5 s where no broker answers. */
  stop(): Promise<void>;
}

const REJOIN_AFTER_MS = 1_000;
const SEEK_AGAIN_AFTER_MS = 1_000;
const DISCONNECT_WITHIN_MS = 5_000;
/** A broker that vanished without a word leaves a connection that looks open: then only a new client helps. */
const RENEW_AFTER_SILENCE_MS = 45_000;
const WATCH_INTERVAL_MS = 5_000;

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
  const now = (): number => performance.now();
  const kafka = createKafka({ ...settings, onClientLog: hearClient });
  const committedAt = new Map<number, number>();
  const failures = createPartitionFailures(
    settings.failures ?? { isOutage: () => false, giveUpAfterMs: Infinity },
    now,
  );
  let health: ConsumerHealth = {
    membership: 'joining',
    membershipSinceMs: now(),
    lastAnswerAtMs: undefined,
    lastTrouble: undefined,
    detail: '',
  };
  const stopping = new AbortController();
  /** The client of the present membership; what an older one still does must not count. */
  let current: Consumer | undefined;
  /** Next offset of the partitions that are not in work, and as it was at the last check. */
  const readAt = new Map<number, bigint>();
  let checkedAt: ReadonlyMap<number, bigint> = new Map();
  const passedRanges = createPassedRanges();
  /** Clients that did not end in time: whatever they still do comes too late. */
  const givenUp = new WeakSet<Consumer>();

  function hearClient(level: 'error' | 'warn' | 'info', message: string, detail: object): void {
    settings.onClientLog?.(level, message, detail);
    const error = 'error' in detail && typeof detail.error === 'string' ? detail.error : message;
    if (level === 'error' && isConnectionTrouble(error)) noteTrouble(error);
  }

  function noteTrouble(error: unknown): void {
    health = { ...health, lastTrouble: { atMs: now(), cause: kafkaTrouble(error) } };
  }

  function enter(membership: ConsumerHealth['membership'], detail = ''): void {
    health = { ...health, membership, detail, membershipSinceMs: now() };
  }

  async function runOnce(signal: AbortSignal): Promise<void> {
    const member = kafka.consumer({
      groupId,
      sessionTimeout: settings.sessionTimeoutMs,
      rebalanceTimeout: settings.sessionTimeoutMs * 2,
      heartbeatInterval: settings.heartbeatIntervalMs,
      maxBytesPerPartition: settings.maxBytesPerPartition,
      maxWaitTimeInMs: 200,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      allowAutoTopicCreation: false,
      retry: {
        initialRetryTime: 300,
        maxRetryTime: 2_000,
        retries: 5,
        factor: 0.2,
        multiplier: 2,
        restartOnFailure: () => Promise.resolve(false),
      },
    });
    current = member;
    enter('joining');
    const ended = Promise.withResolvers<Error | undefined>();
    const onAbort = (): void => {
      ended.resolve(undefined);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    member.on(member.events.REQUEST, () => {
      if (current === member) health = { ...health, lastAnswerAtMs: now() };
    });
    member.on(member.events.REBALANCING, () => {
      if (current === member) enter('joining');
    });
    member.on(member.events.GROUP_JOIN, ({ payload }) => {
      if (current !== member) return;
      const partitions = payload.memberAssignment[topic] ?? [];
      const detail = `partitions ${partitions.join(', ')}`;
      enter('joined', detail);
      failures.keepOnly(partitions);
      readAt.clear();
      passedRanges.clear();
      handlers.onAssigned(partitions);
      handlers.onState('joined', detail);
      const { membershipSinceMs } = health;
      for (const partition of partitions) {
        void seekToPosition(
          member,
          partition,
          () => current === member && health.membershipSinceMs === membershipSinceMs,
        );
      }
    });
    member.on(member.events.END_BATCH_PROCESS, ({ payload }) => {
      const { batchSize, partition, firstOffset, lastOffset } = payload;
      // Without a first offset nothing of what was asked for came.
      if (current !== member || batchSize > 0 || !/^\d+$/.test(firstOffset)) return;
      const nextOffset = BigInt(lastOffset) + 1n;
      passedRanges.passed(partition, fetchedOffsetOf(payload), nextOffset);
      handlers.onPassed?.(partition, BigInt(firstOffset), nextOffset);
    });
    member.on(member.events.CRASH, ({ payload }) => {
      ended.resolve(payload.error);
    });
    const watch = setInterval(() => {
      checkPositions(member);
      const { membership, lastAnswerAtMs } = health;
      if (membership !== 'joined' || now() - (lastAnswerAtMs ?? now()) < RENEW_AFTER_SILENCE_MS) return;
      ended.resolve(new Error(`no answer within ${RENEW_AFTER_SILENCE_MS / 1_000} s; connecting anew`));
    }, WATCH_INTERVAL_MS);
    try {
      await Promise.race([begin(member), ended.promise]);
      const error = await ended.promise;
      if (error !== undefined) noteCrash(error);
    } finally {
      clearInterval(watch);
      signal.removeEventListener('abort', onAbort);
      current = undefined;
      // Who is no member asks for no positions: asking takes a partition over, and it is another's.
      readAt.clear();
      enter('lost');
      handlers.onAssigned([]);
      await within(DISCONNECT_WITHIN_MS, member.disconnect());
      givenUp.add(member);
      handlers.onState('left', '');
    }
  }

  async function begin(member: Consumer): Promise<void> {
    await member.connect();
    await member.subscribe({ topic, fromBeginning: true });
    // Given up meanwhile: it must not become a member that nobody knows of.
    if (current !== member) return;
    await member.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: settings.partitionsAtOnce,
      eachBatch: (payload) => handBatch(member, payload),
    });
  }

  function noteCrash(error: unknown): void {
    noteTrouble(error);
    handlers.onState('crashed', error instanceof Error ? error.message : String(error));
  }

  /** Partitions that have been at rest since the last check are asked again where they are to be read from. */
  function checkPositions(member: Consumer): void {
    if (current !== member || health.membership !== 'joined') return;
    for (const [partition, offset] of readAt) {
      if (checkedAt.get(partition) === offset) void seekWhereItWentBack(member, partition, offset);
    }
    checkedAt = new Map(readAt);
  }

  function seek(member: Consumer, partition: number, offset: bigint): void {
    readAt.set(partition, offset);
    passedRanges.forget(partition);
    member.seek({ topic, partition, offset: offset.toString() });
  }

  async function seekWhereItWentBack(member: Consumer, partition: number, offset: bigint): Promise<void> {
    try {
      const position = await handlers.positionOf?.(partition);
      if (position === undefined || position >= offset) return;
      if (current !== member || readAt.get(partition) !== offset) return;
      seek(member, partition, position);
      handlers.onState('went-back', `partition ${partition}: from offset ${offset} to ${position}`);
    } catch {
      // Asked again.
    }
  }

  async function seekToPosition(member: Consumer, partition: number, isCurrent: () => boolean): Promise<void> {
    while (isCurrent()) {
      try {
        const offset = await handlers.positionOf?.(partition);
        if (offset === undefined || !isCurrent()) return;
        seek(member, partition, offset);
        return;
      } catch (error) {
        // A next batch would compare, and seek then; but none may come.
        handlers.onState('seek-failed', `partition ${partition}: ${String(error)}`);
        await delay(SEEK_AGAIN_AFTER_MS);
      }
    }
  }

  async function handBatch(member: Consumer, payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { partition } = batch;
    readAt.delete(partition);
    let left: { readonly error: unknown } | undefined;
    async function heartbeat(): Promise<void> {
      try {
        if (givenUp.has(member)) throw new Error('this membership has ended');
        await payload.heartbeat();
      } catch (error) {
        left = { error };
        throw error;
      }
    }
    let next: NextRead;
    try {
      requireReadable(batch);
      next = await handlers.onBatch({
        partition,
        records: batch.messages.map(toIncomingRecord),
        fetchedFrom: passedRanges.emptySince(partition, fetchedOffsetOf(batch)),
        nextOffset: BigInt(batch.lastOffset()) + 1n,
        endOffset: BigInt(batch.highWatermark),
        heartbeat,
        isCurrent: () => current === member && payload.isRunning() && !payload.isStale(),
      });
    } catch (error) {
      // Who is no member any more has nothing to try again: the client joins anew.
      if (left !== undefined) throw left.error;
      if (current !== member) throw error;
      pauseAfter(error, payload);
      return;
    }
    if (current !== member) return;
    if (failures.succeeded(partition)) handlers.onRecovered?.(partition);
    if (next.type === 'seek') {
      seek(member, partition, next.offset);
      return;
    }
    // A seek that waits was told while the batch was in work, and reading goes on there.
    if (!payload.isStale()) readAt.set(partition, next.offset);
    passedRanges.forget(partition);
    // kafkajs goes on at the offset after the resolved one.
    payload.resolveOffset((next.offset - 1n).toString());
    const isSoon = now() - (committedAt.get(partition) ?? -Infinity) < settings.commitIntervalMs;
    // The end of the log is always told, or lag monitors would see lag where there is none.
    if (isSoon && next.offset < BigInt(batch.highWatermark)) return;
    committedAt.set(partition, now());
    await payload.commitOffsetsIfNecessary({
      topics: [{ topic, partitions: [{ partition, offset: next.offset.toString() }] }],
    });
  }

  /**
   * A throw to the client would make it fetch everything again at once, give up after some tries, and leave the group:
   * one sick partition would stop them all. Nothing of the batch was resolved, so after the pause it is fetched again.
   */
  function pauseAfter(error: unknown, payload: EachBatchPayload): void {
    const { batch } = payload;
    const failure = failures.failed(batch.partition, error);
    const resume = payload.pause();
    setTimeout(resume, failure.waitMs).unref();
    handlers.onFailing?.(batch.partition, error, failure);
  }

  const running = (async () => {
    const { signal } = stopping;
    while (!signal.aborted) {
      try {
        await runOnce(signal);
      } catch (error) {
        noteCrash(error);
      }
      // An abort ends the wait early, and the loop with it.
      await delay(REJOIN_AFTER_MS, undefined, { signal }).catch(() => undefined);
    }
  })();

  return {
    isJoined: () => health.membership === 'joined',
    health: () => health,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const late = new AbortController();
  const waited = delay(ms, undefined, { signal: late.signal }).catch(() => undefined);
  await Promise.race([work.catch(() => undefined), waited]);
  late.abort();
}
