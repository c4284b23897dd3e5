import { NEW_PARTITION, parsePartitionRecord } from '../core/partition/partition-record.ts';
import type { PartitionRecord } from '../core/partition/partition-record.ts';
import { partitionKeys } from '../platform/redis/partition-keys.ts';
import type { PartitionStore } from '../platform/redis/partition-store.ts';
import { boundsIn } from './check-at-rest.ts';
import type { BoundsByPartition } from './check-at-rest.ts';
import type { RedisClient } from '../platform/redis/redis-client.ts';

/** A keyspace in which nobody else can commit any more. */
export interface Fence {
  /** Partitions that somebody has taken, or committed to, since. */
  lost(): Promise<number[]>;
}

/**
 * Takes every partition over, so that a scorer that was forgotten is refused. The owner's token and, where nothing was
 * ever committed, the number of partitions are all that is written to the old keyspace.
 *
 * @throws PartitionCountError where the state was made with another number of partitions.
 */
export async function fenceOff(setup: {
  readonly redis: RedisClient;
  readonly keyspace: string;
  readonly store: Pick<PartitionStore, 'acquire'>;
  readonly partitions: number;
  readonly owner: string;
}): Promise<Fence> {
  const { redis, keyspace, store, partitions, owner } = setup;
  const seqs: number[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    seqs.push((await store.acquire(partition, owner)).seq);
  }
  return {
    async lost() {
      const lost: number[] = [];
      for (const [partition, seq] of seqs.entries()) {
        const found = await redis.hmget(partitionKeys(keyspace, partition).control, 'owner', 'seq');
        if (found[0] !== owner || Number(found[1]) !== seq) lost.push(partition);
      }
      return lost;
    },
  };
}

/** Where a partition stands. */
export interface RestingPartition {
  readonly nextOffset: bigint;
  readonly record: PartitionRecord;
}

/**
 * What each partition's last commit carried; where there was none, the beginning of its log. @throws TypeError where a
 * record cannot be read.
 */
export async function readPositions(
  store: Pick<PartitionStore, 'readPosition'>,
  bounds: BoundsByPartition,
): Promise<RestingPartition[]> {
  const positions: RestingPartition[] = [];
  for (let partition = 0; partition < bounds.size; partition++) {
    const { nextOffset = boundsIn(bounds, partition).lowOffset, record } = await store.readPosition(partition);
    positions.push({ nextOffset, record: record === undefined ? NEW_PARTITION : parsePartitionRecord(record) });
  }
  return positions;
}
