import { Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import { readTestStackAddress } from '../../deploy/local/test-stack-address.ts';
import type { TestStackAddress } from '../../deploy/local/test-stack-address.ts';

/** The Kafka and Redis that all tests of a run share. A file that imports this makes `npm test` start them. */
export function testStack(): TestStackAddress {
  const address = readTestStackAddress();
  if (address !== undefined) return address;
  throw new Error('this test needs Kafka and Redis: run it with "npm test -- <its path>", which starts them');
}

/**
 * A short name that no other test of any run has, for topics, consumer groups and keys: lower-case letters and digits,
 * beginning with a letter, so it fits in all of them.
 */
export function uniqueSuffix(): string {
  return `t${randomBytes(5).toString('hex')}`;
}

const databaseCounter = 'test:last-database';

/**
 * The URL of a Redis database that is empty and that no other test of this run gets. Database 0 stays with the counter.
 */
export async function claimRedisDatabase(): Promise<string> {
  const { redisUrl } = testStack();
  const counter = new Redis(redisUrl, { lazyConnect: true, maxRetriesPerRequest: 1 });
  try {
    await counter.connect();
    const database = await counter.incr(databaseCounter);
    await counter.select(database);
    await counter.flushdb();
    const url = new URL(redisUrl);
    url.pathname = `/${database}`;
    return url.href;
  } finally {
    counter.disconnect();
  }
}
