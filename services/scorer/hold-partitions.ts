import { randomUUID } from 'node:crypto';
import type { OffsetReader } from '../platform/kafka/offsets.ts';
import type { FetchedBatch, NextRead } from '../platform/kafka/partition-consumer.ts';
import type { PartitionStore } from '../platform/redis/partition-store.ts';
import { FencedError, createPartitionWorker } from './partition-worker.ts';
import type { PartitionWorker, PartitionWorkerDeps } from './partition-worker.ts';

/** The log no longer holds what Redis says comes next: going on would skip events in silence. */
export class LostEventsError extends Error {
  override readonly name = 'LostEventsError';
}

export interface HoldDeps {
  readonly topic: string;
  readonly store: PartitionStore;
  readonly offsets: Pick<OffsetReader, 'boundsOf'>;
  readonly worker: PartitionWorkerDeps;
  /** Records processed between two heartbeats, at most. */
  readonly sliceRecords: number;
  readonly publish: (worker: PartitionWorker) => Promise<void>;
  readonly onProcessed: (partition: number, records: number, lag: bigint, worker: PartitionWorker) => void;
  readonly onFenced: (partition: number, detail: string) => void;
  /** Taking over at once failed; the next batch of the partition tries again. */
  readonly onAcquireFailed: (partition: number, error: unknown) => void;
}

export interface HeldPartitions {
  /**
   * After a rebalance whatever was known is void: the partitions given are acquired anew at once, so that what a
   * predecessor left in an outbox is published also where no event comes any more.
   */
  assign(partitions: readonly number[]): void;
  handle(batch: FetchedBatch): Promise<NextRead>;
  /** Resolves when no batch is in work and all that was written to outboxes has been tried to publish. */
  settled(): Promise<void>;
}

interface HeldPartition {
  readonly worker: PartitionWorker;
  publishing: Promise<void>;
}

/**
 * Brings together what Kafka hands out and what Redis remembers. Redis decides where reading begins; a batch from
 * elsewhere is answered with a seek.
 *
 *     Kafka's batch        Redis' next offset     what happens
 *     [100 … 199]          100                    processed
 *     [100 … 199]          150                    150 … 199 processed
 *     [100 … 199]          200 or more            seek there
 *     [100 … 199]          before 100             seek there; if the log begins after it, refuse loudly
 */
export function holdPartitions(deps: HoldDeps): HeldPartitions {
  const held = new Map<number, Promise<HeldPartition>>();
  const inWork = new Set<Promise<unknown>>();

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
    const owner = randomUUID();
    const found = await deps.store.acquire(partition, owner);
    const { lowOffset, endOffset } = await deps.offsets.boundsOf(deps.topic, partition);
    const { nextOffset = lowOffset } = found;
    if (nextOffset < lowOffset || nextOffset > endOffset) {
      throw new LostEventsError(
        `partition ${partition}: Redis goes on at offset ${nextOffset}, but the log holds ${lowOffset} to ` +
          `${endOffset}. Events in between are gone from Kafka. Restore the newest Redis backup whose offset the log ` +
          'still holds, or replay an archive into an empty Redis.',
      );
    }
    const worker = createPartitionWorker(partition, owner, { ...found, nextOffset }, deps.worker);
    const fresh: HeldPartition = { worker, publishing: Promise.resolve() };
    publishSoon(fresh);
    return fresh;
  }

  function publishSoon(partition: HeldPartition): void {
    partition.publishing = partition.publishing.then(() => deps.publish(partition.worker));
    track(partition.publishing);
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
    const next = worker.nextOffset() ?? 0n;
    const first = records[0]?.offset;
    const last = records.at(-1)?.offset;
    if (first === undefined || last === undefined) return { type: 'continue-at', offset: next };
    if (last < next) return { type: 'seek', offset: next };
    if (first > next && !(await isGap(partition, next, first))) return { type: 'seek', offset: next };

    try {
      for (let from = 0; from < records.length && batch.isCurrent(); from += deps.sliceRecords) {
        const slice = records.slice(from, from + deps.sliceRecords);
        const { published } = await worker.process(slice);
        deps.onProcessed(partition, slice.length, batch.endOffset - (worker.nextOffset() ?? 0n), worker);
        if (published) publishSoon(current);
        await batch.heartbeat();
      }
      // An outbox that grows faster than Kafka takes it must slow the reading down.
      await current.publishing;
    } catch (error) {
      drop(partition, holding);
      if (!(error instanceof FencedError)) throw error;
      deps.onFenced(partition, error.message);
      // Throws where the group has moved on; else the partition is acquired anew with the next batch.
      await batch.heartbeat();
      return { type: 'seek', offset: next };
    }
    return { type: 'continue-at', offset: worker.nextOffset() ?? next };
  }

  /**
   * Whether offsets missing before a batch are missing from the log for good: compaction and control records leave
   * such holes. If so, reading `next` itself brings this very batch again.
   */
  const soughtTo = new Map<number, bigint>();
  async function isGap(partition: number, next: bigint, first: bigint): Promise<boolean> {
    const { lowOffset } = await deps.offsets.boundsOf(deps.topic, partition);
    if (lowOffset > next) {
      throw new LostEventsError(`partition ${partition}: offset ${next} is next, but the log begins at ${lowOffset}`);
    }
    const again = soughtTo.get(partition) === next && first > next;
    soughtTo.set(partition, next);
    return again;
  }

  return {
    assign(partitions) {
      held.clear();
      soughtTo.clear();
      for (const partition of partitions) {
        hold(partition).catch((error: unknown) => {
          deps.onAcquireFailed(partition, error);
        });
      }
    },
    handle(batch) {
      const work = handle(batch);
      track(work);
      return work;
    },
    async settled() {
      while (inWork.size > 0) await Promise.all(inWork);
    },
  };
}
