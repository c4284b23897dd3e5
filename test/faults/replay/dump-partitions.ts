import { partitionKeys } from '../../../services/platform/redis/partition-keys.ts';
import type { RedisClient } from '../../../services/platform/redis/redis-client.ts';
import type { Installation } from '../../support/installation.ts';
import { scanKeys } from '../../support/scan-keys.ts';

/** Of the control record, what speaks of who worked and in how many commits, and not of the log. */
const OF_THE_WORK = new Set(['owner', 'seq']);
const AT_ONCE = 500;

/**
 * All that the partitions hold in Redis, by key, as text: states, wheel, bands, hours of quality, control, outbox. Owner
 * and number of commits are left out.
 */
export async function dumpPartitions({ redis, partitions }: Installation): Promise<Map<string, string>> {
  const keys = await scanKeys(redis, '{p*');
  const controls = new Set(Array.from({ length: partitions }, (_, partition) => partitionKeys('', partition).control));
  const sorted = [...keys].toSorted();
  const dump = new Map<string, string>();
  for (let from = 0; from < sorted.length; from += AT_ONCE) {
    const chunk = sorted.slice(from, from + AT_ONCE);
    const values = await Promise.all(chunk.map((key) => valueOf(redis, key, controls)));
    chunk.forEach((key, i) => dump.set(key, values[i] ?? ''));
  }
  return dump;
}

async function valueOf(redis: RedisClient, key: string, controls: ReadonlySet<string>): Promise<string> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return (await redis.getBuffer(key))?.toString('hex') ?? '';
    case 'list':
      return (await redis.lrangeBuffer(key, 0, -1)).map((entry) => entry.toString('hex')).join(' ');
    case 'zset':
      return (await redis.zrange(key, '0', '-1', 'WITHSCORES')).join(' ');
    case 'hash': {
      const fields = Object.entries(await redis.hgetall(key));
      const told = fields.filter(([field]) => !(controls.has(key) && OF_THE_WORK.has(field)));
      return told
        .map(([field, value]) => `${field}=${value}`)
        .toSorted()
        .join('\n');
    }
    default:
      throw new Error(`${key} is of a kind that is not known here: ${type}`);
  }
}
