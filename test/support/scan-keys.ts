import { Cluster } from 'ioredis';
import type { RedisClient } from '../../services/platform/redis/redis-client.ts';

/** All keys that fit a pattern, each once: of a cluster those of every master. */
export async function scanKeys(redis: RedisClient, match: string): Promise<Set<string>> {
  const keys = new Set<string>();
  for (const server of redis instanceof Cluster ? redis.nodes('master') : [redis]) {
    let cursor = '0';
    do {
      const [next, found] = await server.scan(cursor, 'MATCH', match, 'COUNT', 1_000);
      for (const key of found) keys.add(key);
      cursor = next;
    } while (cursor !== '0');
  }
  return keys;
}
