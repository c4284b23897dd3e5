import { setTimeout as delay } from 'node:timers/promises';
import { withNode } from '../../../deploy/local/native-redis-cluster.ts';
import type { ClusterNode } from '../../../deploy/local/native-redis-cluster.ts';

const KEYS_AT_ONCE = 20;
const MOVE_WITHIN_MS = 5_000;

/**
 * Moves a slot to another master key by key, as a resharding does. Meanwhile a command finds all of its keys here (and is
 * served), all there (ASK), or some here and some there (TRYAGAIN).
 *
 * @param lastsMs about how long it takes.
 * @returns the keys that were moved.
 */
export async function migrateSlot(
  slot: number,
  from: ClusterNode,
  {
    to,
    others,
    lastsMs,
  }: { readonly to: ClusterNode; readonly others: readonly ClusterNode[]; readonly lastsMs: number },
): Promise<number> {
  return withNode(from, (source) =>
    withNode(to, async (target) => {
      await target.cluster('SETSLOT', slot, 'IMPORTING', from.nodeId);
      await source.cluster('SETSLOT', slot, 'MIGRATING', to.nodeId);
      const keysInAll = await source.cluster('COUNTKEYSINSLOT', slot);
      const pauseMs = lastsMs / Math.max(keysInAll, 1);
      let moved = 0;
      for (;;) {
        // New keys are made while the old ones are moved.
        const keys = (await source.callBuffer(
          'CLUSTER',
          'GETKEYSINSLOT',
          String(slot),
          String(KEYS_AT_ONCE),
        )) as Buffer[];
        if (keys.length === 0) break;
        for (const key of keys) {
          await source.call('MIGRATE', '127.0.0.1', to.port, key, 0, MOVE_WITHIN_MS);
          moved += 1;
          await delay(pauseMs);
        }
      }
      // First where it comes to, or for a moment nobody would have it.
      for (const node of [to, from, ...others]) {
        await withNode(node, (redis) => redis.cluster('SETSLOT', slot, 'NODE', to.nodeId));
      }
      return moved;
    }),
  );
}
