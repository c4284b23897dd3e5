import type { RedisClient } from '../platform/redis/redis-client.ts';
import { copyKey, keysBeginning } from './copy-keys.ts';

/** Under which intake keeps how far it has read: files by their content, topics by their names. Nothing names a subscriber. */
const tagOf = (keyspace: string): string => `${keyspace}{intake}:`;
const LEASE = 'lease:';

/** Feeds that an instance of intake reads now, or did seconds ago. */
export async function feedsInWork(redis: RedisClient, keyspace: string): Promise<string[]> {
  const prefix = `${tagOf(keyspace)}${LEASE}`;
  return (await keysBeginning(redis, prefix)).map((key) => key.slice(prefix.length));
}

/** Takes over how far intake has read, and what is known of the topics' logs. @returns how many keys. */
export async function copyReadingPositions(redis: RedisClient, from: string, to: string): Promise<number> {
  const tag = tagOf(from);
  const keys = (await keysBeginning(redis, tag)).filter((key) => !key.startsWith(`${tag}${LEASE}`));
  for (const key of keys) await copyKey(redis, key, `${tagOf(to)}${key.slice(tag.length)}`);
  // Without a hash tag: in a cluster the two live on different nodes.
  const witnesses = await redis.hgetall(`${from}log-witnesses`);
  await redis.del(`${to}log-witnesses`);
  if (Object.keys(witnesses).length > 0) await redis.hset(`${to}log-witnesses`, witnesses);
  return keys.length;
}
