import type { RedisClient } from '../platform/redis/redis-client.ts';
import { copyHeld, lockKeys } from './held-lock.ts';
import type { HeldKeyspace } from './held-lock.ts';
import { keysBeginning } from './keys-beginning.ts';

/** Under which intake keeps how far it has read: files by their content, topics by their names. Nothing names a subscriber. */
const tagOf = (keyspace: string): string => `${keyspace}{intake}:`;
const LEASE = 'lease:';
const TOPIC = 'topic:';

/** Feeds that an instance of intake reads now, or did seconds ago. */
export async function feedsInWork(redis: RedisClient, keyspace: string): Promise<string[]> {
  const prefix = `${tagOf(keyspace)}${LEASE}`;
  return (await keysBeginning(redis, prefix)).map((key) => key.slice(prefix.length));
}

/** Takes over how far intake has read, and what is known of the topics' logs. @throws TakenOverError */
export async function copyReadingPositions(held: HeldKeyspace, from: string): Promise<void> {
  const { redis, to } = held;
  const lock = lockKeys(to).ofIntake;
  const tag = tagOf(from);
  const isMoved = (key: string): boolean => !key.startsWith(`${tag}${LEASE}`) && key !== lockKeys(from).ofIntake;
  for (const key of (await keysBeginning(redis, tag)).filter(isMoved)) {
    await copyHeld(held, lock, key, `${tagOf(to)}${key.slice(tag.length)}`);
  }
  // Without a hash tag: in a cluster the two live on different nodes. No lock is needed: what a witness says stays true.
  const witnesses = await redis.hgetall(`${from}log-witnesses`);
  if (Object.keys(witnesses).length > 0) await redis.hset(`${to}log-witnesses`, witnesses);
}

/** A feed that reads a topic: it has no lease, for Kafka shares the partitions out. */
export interface TopicFeed {
  readonly feed: string;
  readonly topics: readonly string[];
}

/** Feeds that have read topics, as their positions say. */
export async function topicFeedsOf(redis: RedisClient, keyspace: string): Promise<TopicFeed[]> {
  const prefix = `${tagOf(keyspace)}${TOPIC}`;
  const feeds: TopicFeed[] = [];
  for (const key of await keysBeginning(redis, prefix)) {
    const fields = Object.keys(await redis.hgetall(key));
    const topics = fields.flatMap((field) => /^(.*)\/\d+:next$/.exec(field)?.[1] ?? []);
    feeds.push({ feed: key.slice(prefix.length), topics: [...new Set(topics)].toSorted() });
  }
  return feeds;
}
