import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { withNode } from '../../../deploy/local/native-redis-cluster.ts';
import type { ClusterNode, NativeRedisCluster } from '../../../deploy/local/native-redis-cluster.ts';
import { partitionKeys } from '../../../services/platform/redis/partition-keys.ts';
import { until } from '../../support/until.ts';
import { ownerOf } from './cluster-view.ts';

const FROZEN_AT_MOST_MS = 15_000;

export interface Failover {
  /** From the kill until the replica has the slots. */
  readonly takenOverAfterMs: number;
  /** Records of the log that the dead master had committed and its replica does not know of. */
  readonly goneBack: number;
}

/**
 * Kills a master while its replica has lost its connection, so that what is committed in that moment is lost, and waits until the replica has taken over. The killed node comes back as its replica.
 *
 * @param partitions those that live there.
 */
export async function failOver(
  cluster: NativeRedisCluster,
  {
    master,
    replica,
    slot,
    partitions,
  }: {
    readonly master: ClusterNode;
    readonly replica: ClusterNode;
    readonly slot: number;
    readonly partitions: readonly number[];
  },
): Promise<Failover> {
  const goneBack = await killAhead(master, replica, partitions);
  const killedAtMs = performance.now();
  await master.kill();
  await until('the replica has taken over', async () => (await ownerOf(cluster, slot, master)) === replica);
  const takenOverAfterMs = performance.now() - killedAtMs;
  await delay(500);
  await master.restart();
  await until('the killed node follows the new master', () =>
    withNode(master, async (redis) => /role:slave[^]*master_link_status:up/.test(await redis.info('replication'))),
  );
  return { takenOverAfterMs, goneBack };
}

/** Kills a master while its replica misses what is committed. @returns how many records of the log those commits held. */
async function killAhead(master: ClusterNode, replica: ClusterNode, partitions: readonly number[]): Promise<number> {
  return withNode(replica, (copy) =>
    withNode(master, async (original) => {
      await copy.readonly();
      // Frozen, it cannot connect anew.
      process.kill(replica.pid, 'SIGSTOP');
      try {
        await original.client('KILL', 'TYPE', 'REPLICA');
        const cutAt = await reachedBy(original, partitions);
        const reached = await until(
          'something is committed meanwhile',
          async () => {
            const now = await reachedBy(original, partitions);
            return now > cutAt && now;
          },
          { withinMs: FROZEN_AT_MOST_MS },
        ).catch(() => cutAt);
        process.kill(master.pid, 'SIGKILL');
        return reached;
      } finally {
        process.kill(replica.pid, 'SIGCONT');
      }
    }).then(async (reached) => reached - (await reachedBy(copy, partitions))),
  );
}

/** Next offsets of some partitions, added up. */
async function reachedBy(redis: Redis, partitions: readonly number[]): Promise<number> {
  let reached = 0;
  for (const partition of partitions) reached += Number(await redis.hget(partitionKeys('', partition).control, 'next'));
  return reached;
}
