import type { Redis } from 'ioredis';
import { scanKeys } from '../../support/scan-keys.ts';

/** All that a small Redis holds, without what differs between two runs of the same work: ids of streams, tokens of leases. */
export async function contentOf(redis: Redis): Promise<Record<string, unknown>> {
  const keys = [...(await scanKeys(redis, '*'))].filter((key) => !key.includes(':lease:')).toSorted();
  const content: Record<string, unknown> = {};
  for (const key of keys) content[key] = await valueOf(redis, key);
  return content;
}

async function valueOf(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'zset':
      return redis.zrange(key, 0, -1, 'WITHSCORES');
    case 'stream':
      return (await redis.xrange(key, '-', '+')).map(([, fields]) => fields);
    default:
      throw new Error(`a value of type ${type} is not expected`);
  }
}
