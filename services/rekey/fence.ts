import { NEW_PARTITION, parsePartitionRecord } from '../core/partition/partition-record.ts';
import type { PartitionRecord } from '../core/partition/partition-record.ts';
import { partitionKeys } from '../platform/redis/partition-keys.ts';
import { PartitionCountError } from '../platform/redis/partition-store.ts';
import type { PartitionStore } from '../platform/redis/partition-store.ts';
import { boundsIn } from './check-at-rest.ts';
import type { BoundsByPartition } from './check-at-rest.ts';
import type { RedisClient } from '../platform/redis/redis-client.ts';
import { loadScript } from '../platform/redis/script.ts';
import { reopenPartitions, retirePartition } from './retirement.ts';

const fenceScript = loadScript(new URL('./scripts/fence-control-1.lua', import.meta.url));

/** A keyspace in which nobody else can commit but who takes a partition over anew. */
export interface Fence {
  /** Partitions that somebody has taken, or committed to, since. */
  lost(): Promise<number[]>;
  /**
   * Retires the keyspace, so that nobody can take it over any more: all of it, or nothing where a partition was lost.
   *
   * @returns those that were found lost.
   */
  retire(): Promise<number[]>;
}

/**
 * Takes every partition over. A scorer that was forgotten cannot commit then, and is seen where it takes one back. The
 * owner's token and, where nothing was ever committed, the number of partitions are all that is written until the old
 * keyspace is retired. One that a former attempt has retired stays so.
 *
 * @param word under which it is retired. @throws PartitionCountError where it is not one of as many partitions.
 */
export async function fenceOff(setup: {
  readonly redis: RedisClient;
  readonly keyspace: string;
  readonly partitions: number;
  readonly owner: string;
  readonly word: string;
}): Promise<Fence> {
  const { redis, keyspace, partitions, owner, word } = setup;
  const seqs: number[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const reply = await fenceScript(redis, [partitionKeys(keyspace, partition).control], [owner, partitions, word]);
    const [answer, found] = Array.isArray(reply) ? reply.map(String) : [];
    if (answer !== 'fenced') throw new PartitionCountError(`the state of partition ${partition} is ${found ?? '?'}`);
    seqs.push(Number(found));
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
    async retire() {
      for (const [partition, seq] of seqs.entries()) {
        if (await retirePartition(redis, keyspace, partition, { owner, seq, word })) continue;
        await reopenPartitions(redis, keyspace, partitions, { word, owner });
        return [partition];
      }
      return [];
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
