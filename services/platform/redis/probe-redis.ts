import { Cluster, Command } from 'ioredis';
import type { RedisClient } from './redis-client.ts';
import { RedisNodeError } from './redis-node-error.ts';

/**
 * An answer that takes longer counts as none: with a question each second, silence is seen within 6 s. Less would take a
 * disk that is slow to flush for an outage.
 */
export const ANSWER_WITHIN_MS = 5_000;

/** Tags that are tried to find one in a slot of each master; a master has thousands of slots. */
const MOST_TAGS = 10_000;

/**
 * Asks whether the server takes writes, by one that changes nothing: a full, read-only or failing server still answers
 * PING. In a cluster each master is asked, for each holds partitions of its own. The keys are never made.
 *
 * @throws what the server or the client says is wrong; RedisNodeError where it is one of a cluster.
 */
export async function probeRedis(redis: RedisClient, keyspace: string): Promise<void> {
  const silence = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    silence.reject(new Error(`no answer within ${ANSWER_WITHIN_MS / 1_000} s`));
  }, ANSWER_WITHIN_MS);
  try {
    const answers = redis instanceof Cluster ? askMasters(redis, keyspace) : redis.setrange(`${keyspace}probe`, 0, '');
    await Promise.race([answers, silence.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function askMasters(cluster: Cluster, keyspace: string): Promise<void> {
  const asked = [...keyOfEachMaster(cluster.slots, `${keyspace}probe:`)].map(async ([master, key]) => {
    try {
      await cluster.setrange(key, 0, '');
    } catch (error) {
      throw new RedisNodeError(master, error);
    }
  });
  if (asked.length === 0) throw new Error('CLUSTERDOWN no slot is served');
  await Promise.all(asked);
}

/**
 * A key in a slot of each master.
 *
 * @param slots by slot the names of its nodes, the master first.
 */
export function keyOfEachMaster(slots: readonly (readonly string[])[], prefix: string): Map<string, string> {
  const masters = new Set(slots.flatMap((nodes) => nodes[0] ?? []));
  const keys = new Map<string, string>();
  for (let tag = 0; keys.size < masters.size && tag < MOST_TAGS; tag++) {
    const key = `${prefix}{${tag}}`;
    const slot = new Command('get', [key]).getSlot();
    const master = slots[slot]?.[0];
    if (master !== undefined && !keys.has(master)) keys.set(master, key);
  }
  return keys;
}
