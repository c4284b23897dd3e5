import { Cluster } from 'ioredis';
import type { RedisClient } from './redis-client.ts';

/** The URL is for a single server and the server belongs to a cluster, or the other way round. */
export class RedisModeError extends Error {
  override readonly name = 'RedisModeError';
}

/** `standalone`, `cluster` or `sentinel`, as the server says. */
export async function serverModeOf(redis: Pick<RedisClient, 'info'>): Promise<string> {
  return /^redis_mode:(\S+)/m.exec(await redis.info('server'))?.[1] ?? 'unknown';
}

/**
 * To a client of a single server a cluster answers MOVED, for ever.
 *
 * @throws RedisModeError for a client of a single server that is connected to a node of a cluster.
 */
export async function requireUrlToFit(redis: RedisClient): Promise<void> {
  if (redis instanceof Cluster || (await serverModeOf(redis)) !== 'cluster') return;
  throw new RedisModeError(
    'the server is a node of a Redis Cluster: expected redis+cluster://host:port,host:port… (or rediss+cluster)',
  );
}
