import type { PartitionRecord } from '../core/partition/partition-record.ts';
import type { LogBounds, OffsetReader } from '../platform/kafka/offsets.ts';
import type { FetchedBatch, NextRead } from '../platform/kafka/partition-consumer.ts';
import type { PartitionStore } from '../platform/redis/partition-store.ts';
import { FencedError, createPartitionWorker } from './partition-worker.ts';
import type { PartitionWorker, PartitionWorkerDeps } from './partition-worker.ts';

/** The log no longer holds what Redis says comes next: going on would skip events in silence. */
export class LostEventsError extends Error {
  override readonly name = 'LostEventsError';
}

/** Kafka does not take what a partition has in its outbox: nothing more is read until it does. */
export class OutboxRefusedError extends Error {
  override readonly name = 'OutboxRefusedError';
}

export interface HoldDeps {
  readonly topic: string;
  readonly store: PartitionStore;
  readonly offsets: Pick<OffsetReader, 'boundsOf'>;
  readonly worker: PartitionWorkerDeps;
  /** Records processed between two heartbeats, at most. */
  readonly sliceRecords: number;
  /** Empties a partition's outbox; false where what was sent could not be taken out, for Redis knows another owner. */
  readonly publish: (worker: PartitionWorker) => Promise<boolean>;
  /** Names an owner that never was before: a token given twice would let a zombie write. */
  readonly newOwner: () => string;
  /** Waits between two tries to publish what Kafka refused. */
  readonly pause: () => Promise<void>;
  readonly onProcessed: (partition: number, progress: Progress) => void;
  /** Called at each try that failed. */
  readonly onPublishFailed: (partition: number, error: unknown) => void;
  /** What waited has been published, after tries that failed. */
  readonly onPublishedAgain: (partition: number) => void;
  readonly onFenced: (partition: number, detail: string) => void;
  /** A partition has been taken over, with its books as of the last commit. */
  readonly onAcquired?: (partition: number, record: PartitionRecord) => void;
  /** Taking over failed; it is tried again. */
  readonly onAcquireFailed: (partition: number, error: unknown) => void;
}

/** What one slice of records did to a partition's books. */
export interface Progress {
  readonly before: PartitionRecord;
  readonly after: PartitionRecord;
  /** Records of the log that are not committed yet. */
  readonly lag: bigint;
}

export interface HeldPartitions {
  /**
   * After a rebalance whatever was known is void: the partitions given are acquired anew at once, so that what a
   * predecessor left in an outbox is published also where no event comes any more.
   */
  assign(partitions: readonly number[]): void;
  handle(batch: FetchedBatch): Promise<NextRead>;
  /**
   * Where Redis says that a partition goes on; taken over if it is not held yet, and anew where Redis has lost what was
   * committed last.
   */
  positionOf(partition: number): Promise<bigint | undefined>;
  /** Resolves when no batch is in work and all that was written to outboxes has been tried to publish once more. */
  settled(): Promise<void>;
}

interface HeldPartition {
  readonly worker: PartitionWorker;
  /** Where it goes on if Redis knows of no offset: the log's beginning as it was when nothing had been committed, or 0. */
  readonly originOffset: bigint;
  /** The last publishing; settles when it succeeded or was given up. */
  publishing: Promise<void>;
  /** Why Kafka did not take what waits in the outbox at the last try; undefined where nothing is wrong. */
  refusal: unknown;
}

/**
 * Brings together what Kafka hands out and what Redis remembers. Redis decides where reading begins; a batch from
 * elsewhere is answered with a seek.
 *
 *     Kafka's batch        Redis' next offset     what happens
 *     [100 … 199]          100                    processed
 *     [100 … 199]          150                    150 … 199 processed
 *     [100 … 199]          200 or more            seek there
 *     from 100 on          before 100             seek there; if the log begins after it, refuse loudly
 *
 * What counts is the offset that a batch was asked for from: up to its first record the log holds none, as compaction and
 * control records leave holes.
 */
export function holdPartitions(deps: HoldDeps): HeldPartitions {
  const held = new Map<number, Promise<HeldPartition>>();
  const inWork = new Set<Promise<unknown>>();
  const handling = new Set<number>();
  /** Of which it was told that their outbox cannot be published, by this holding of them or one before. */
  const refused = new Set<number>();
  let stopped = false;

  function hold(partition: number): Promise<HeldPartition> {
    const known = held.get(partition);
    if (known !== undefined) return known;
    const acquiring = acquire(partition);
    held.set(partition, acquiring);
    track(acquiring);
    acquiring.catch(() => {
      drop(partition, acquiring);
    });
    return acquiring;
  }

  function drop(partition: number, holding: Promise<HeldPartition>): void {
    if (held.get(partition) === holding) held.delete(partition);
  }

  async function acquire(partition: number): Promise<HeldPartition> {
    const owner = deps.newOwner();
    const found = await deps.store.acquire(partition, owner);
    const bounds = await deps.offsets.boundsOf(deps.topic, partition);
    if (found.nextOffset !== undefined) await requireInLog(partition, found.nextOffset, bounds);
    const { lowOffset } = bounds;
    const nextOffset = found.nextOffset ?? lowOffset;
    const worker = createPartitionWorker(partition, owner, { ...found, nextOffset }, deps.worker);
    deps.onAcquired?.(partition, worker.record());
    const originOffset = found.nextOffset === undefined ? nextOffset : 0n;
    const fresh: HeldPartition = { worker, originOffset, publishing: Promise.resolve(), refusal: undefined };
    publishSoon(fresh);
    return fresh;
  }

  /** @throws LostEventsError where Kafka does not hold what comes next. */
  async function requireInLog(partition: number, nextOffset: bigint, bounds: LogBounds): Promise<void> {
    if (isInLog(nextOffset, bounds)) return;
    // A leader that was just elected may tell, for a moment, an end that lies before the one that the former leader told.
    await deps.pause();
    const { lowOffset, endOffset } = await deps.offsets.boundsOf(deps.topic, partition);
    if (isInLog(nextOffset, { lowOffset, endOffset })) return;
    // The bounds are younger than the offset: another may have taken the partition and gone on in between.
    if ((await deps.store.readPosition(partition)).nextOffset !== nextOffset) {
      throw new FencedError(`partition ${partition}: another has gone on since it was taken over`);
    }
    throw new LostEventsError(
      `partition ${partition}: Redis goes on at offset ${nextOffset}, but the log holds ${lowOffset} to ` +
        `${endOffset}. Events in between are gone from Kafka. Restore the newest Redis backup whose offset the ` +
        'log still holds, or replay an archive into an empty Redis.',
    );
  }

  function publishSoon(current: HeldPartition): void {
    current.publishing = current.publishing.then(() => publishUntilDone(current));
    track(current.publishing);
  }

  /** Tries until Kafka has it, the partition has gone to another, or the scorer stops. */
  async function publishUntilDone(current: HeldPartition): Promise<void> {
    const { worker } = current;
    for (;;) {
      try {
        const isEmpty = await deps.publish(worker);
        current.refusal = undefined;
        if (refused.delete(worker.partition)) deps.onPublishedAgain(worker.partition);
        // Held as before, it would send the same again and again: it is taken over anew when it is asked for next.
        if (!isEmpty && (await isHeld(current))) held.delete(worker.partition);
        return;
      } catch (error) {
        current.refusal = error;
        // Whoever holds it now publishes what waits, and says how that goes.
        if (!stopped && !(await isHeld(current))) return;
        refused.add(worker.partition);
        deps.onPublishFailed(worker.partition, error);
      }
      if (stopped) return;
      await deps.pause();
    }
  }

  async function isHeld(current: HeldPartition): Promise<boolean> {
    return (await held.get(current.worker.partition)) === current;
  }

  /** An outbox that Kafka does not take must not grow: reading waits. */
  function requirePublished({ worker, refusal }: HeldPartition): void {
    if (refusal === undefined) return;
    throw new OutboxRefusedError(`what waits in the outbox of partition ${worker.partition} cannot be published`, {
      cause: refusal,
    });
  }

  function mayGoOn({ refusal }: HeldPartition, batch: FetchedBatch): boolean {
    return batch.isCurrent() && refusal === undefined;
  }

  function track(work: Promise<unknown>): void {
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    inWork.add(settled);
    void settled.then(() => inWork.delete(settled));
  }

  async function handle(batch: FetchedBatch): Promise<NextRead> {
    const { partition, records } = batch;
    const holding = hold(partition);
    const current = await holding;
    const { worker } = current;
    const next = worker.nextOffset();
    const last = records.at(-1)?.offset ?? next;
    const isFromBeyond = batch.fetchedFrom > next;
    if (batch.endOffset < next || isFromBeyond) {
      const bounds = await deps.offsets.boundsOf(deps.topic, partition);
      if (!isInLog(next, bounds)) {
        // Perhaps only this instance is so far behind, for another has the partition: Redis is asked before refusing.
        drop(partition, holding);
        return { type: 'seek', offset: (await hold(partition)).worker.nextOffset() };
      }
    }
    requirePublished(current);
    if (last < next || isFromBeyond) return { type: 'seek', offset: next };

    try {
      for (let from = 0; from < records.length && mayGoOn(current, batch); from += deps.sliceRecords) {
        const slice = records.slice(from, from + deps.sliceRecords);
        const before = worker.record();
        const { hasOutbox } = await worker.process(slice, () => batch.heartbeat());
        deps.onProcessed(partition, {
          before,
          after: worker.record(),
          lag: batch.endOffset - worker.nextOffset(),
        });
        if (hasOutbox) publishSoon(current);
        await batch.heartbeat();
      }
    } catch (error) {
      drop(partition, holding);
      if (!(error instanceof FencedError)) throw error;
      deps.onFenced(partition, error.message);
      // Throws where the group has moved on and a heartbeat is due; else the partition is acquired anew with the next
      // batch. Done by a zombie, that takes it from its owner, who takes it back: no harm, but a round trip.
      await batch.heartbeat();
      return { type: 'seek', offset: next };
    }
    return { type: 'continue-at', offset: worker.nextOffset() };
  }

  async function positionOf(partition: number): Promise<bigint> {
    const holding = hold(partition);
    const current = await holding;
    const { worker, originOffset } = current;
    const known = worker.nextOffset();
    const { nextOffset = originOffset } = await deps.store.readPosition(partition);
    // Its commit was refused meanwhile: what it had come to was never written, and nothing may come that would show it.
    if (held.get(partition) !== holding) return (await hold(partition)).worker.nextOffset();
    if (handling.has(partition)) return worker.nextOffset();
    if (nextOffset >= known) {
      // A crash may have brought back what was published and taken out before.
      publishSoon(current);
      return known;
    }
    drop(partition, holding);
    return (await hold(partition)).worker.nextOffset();
  }

  return {
    assign(partitions) {
      held.clear();
      for (const partition of refused) if (!partitions.includes(partition)) refused.delete(partition);
      for (const partition of partitions) {
        hold(partition).catch((error: unknown) => {
          deps.onAcquireFailed(partition, error);
        });
      }
    },
    handle(batch) {
      handling.add(batch.partition);
      const work = handle(batch).finally(() => handling.delete(batch.partition));
      track(work);
      return work;
    },
    positionOf,
    async settled() {
      stopped = true;
      while (inWork.size > 0) await Promise.all(inWork);
    },
  };
}

function isInLog(offset: bigint, { lowOffset, endOffset }: LogBounds): boolean {
  return offset >= lowOffset && offset <= endOffset;
}
