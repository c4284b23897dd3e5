import { withNode } from '../../../deploy/local/native-redis-cluster.ts';
import type { ClusterNode, NativeRedisCluster } from '../../../deploy/local/native-redis-cluster.ts';

export function nodesOf({ masters, replicas }: NativeRedisCluster): readonly ClusterNode[] {
  return [...masters, ...replicas];
}

/** The master of a slot, as another node than `except` says. */
export async function ownerOf(cluster: NativeRedisCluster, slot: number, except?: ClusterNode): Promise<ClusterNode> {
  const asked = nodesOf(cluster).find((node) => node !== except);
  if (asked === undefined) throw new Error('nobody is left to ask');
  const port = await withNode(asked, async (redis) => {
    const ranges = await redis.cluster('SLOTS');
    const found = ranges.find(([first, last]) => first <= slot && slot <= last);
    // The master comes first, as host and port.
    return found?.[2]?.[1];
  });
  const owner = nodesOf(cluster).find((node) => node.port === Number(port));
  if (owner === undefined) throw new Error(`slot ${slot} has no owner`);
  return owner;
}

/** The slot of a hash tag. */
export function slotOf(node: ClusterNode, tag: string): Promise<number> {
  return withNode(node, (redis) => redis.cluster('KEYSLOT', `{${tag}}`));
}

/** How often a node has answered with each of these errors since it was started. */
export async function answersOf(node: ClusterNode, words: readonly string[]): Promise<Record<string, number>> {
  const stats = await withNode(node, (redis) => redis.info('errorstats'));
  return Object.fromEntries(
    words.map((word) => [word, Number(new RegExp(`^errorstat_${word}:count=(\\d+)`, 'm').exec(stats)?.[1] ?? 0)]),
  );
}

/** The replica and its master, as it is now: on a busy machine they may have changed places by themselves. */
export async function pairOf(
  cluster: NativeRedisCluster,
): Promise<{ readonly master: ClusterNode; readonly replica: ClusterNode }> {
  const nodes = nodesOf(cluster);
  for (const replica of nodes) {
    const info = await withNode(replica, (redis) => redis.info('replication'));
    const master = nodes.find(({ port }) => info.includes('role:slave') && info.includes(`master_port:${port}\r`));
    if (master !== undefined) return { master, replica };
  }
  throw new Error('the cluster has no replica');
}
