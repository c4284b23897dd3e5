import type { RedisClient } from '../../../services/platform/redis/redis-client.ts';
import { scanKeys } from '../../support/scan-keys.ts';

const AT_ONCE = 500;
const NOT_COMPARED = new Set(['owner', 'partitions']);

/**
 * Everything under a prefix as text, by key. Left out is who owns a partition, and the number of partitions, where the word
 * stands that a keyspace is retired: by them others are kept away.
 */
export async function contentOfKeyspace(redis: RedisClient, keyspace: string): Promise<Map<string, string>> {
  const keys = [...(await scanKeys(redis, `${keyspace}*`))].toSorted();
  const content = new Map<string, string>();
  for (let from = 0; from < keys.length; from += AT_ONCE) {
    const chunk = keys.slice(from, from + AT_ONCE);
    const values = await Promise.all(chunk.map((key) => contentOf(redis, key)));
    chunk.forEach((key, place) => content.set(key, values[place] ?? ''));
  }
  return content;
}

async function contentOf(redis: RedisClient, key: string): Promise<string> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return (await redis.getBuffer(key))?.toString('hex') ?? '';
    case 'list':
      return (await redis.lrange(key, 0, -1)).join(' ');
    case 'zset':
      return (await redis.zrange(key, '0', '-1', 'WITHSCORES')).join(' ');
    case 'stream':
      return JSON.stringify(await redis.xrange(key, '-', '+'));
    case 'hash': {
      const fields = Object.entries(await redis.hgetall(key)).filter(([field]) => !NOT_COMPARED.has(field));
      return JSON.stringify(fields.toSorted());
    }
    default:
      throw new Error(`${key} is of a kind that is not known here: ${type}`);
  }
}
