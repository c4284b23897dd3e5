import type { openRedis } from '../../platform/redis/client.ts';

type Redis = Awaited<ReturnType<typeof openRedis>>;

/** Of a hash that grows for years no command asks for more at once: Redis answers nobody else meanwhile. */
const CHUNK = 500;

/** Values of some fields, for those that are there. */
export async function readFields(redis: Redis, key: string, fields: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (let from = 0; from < fields.length; from += CHUNK) {
    const some = fields.slice(from, from + CHUNK);
    const values = await redis.hmget(key, ...some);
    some.forEach((field, index) => {
      const value = values[index];
      if (typeof value === 'string') found.set(field, value);
    });
  }
  return found;
}

/** Goes through a hash in slices and deletes the fields that are not to be kept. */
export async function pruneHash(
  redis: Redis,
  key: string,
  isKept: (field: string, value: string) => boolean,
): Promise<number> {
  let [cursor, pruned] = ['0', 0];
  do {
    const [next, entries] = await redis.hscan(key, cursor, 'COUNT', CHUNK);
    const gone: string[] = [];
    for (let at = 0; at + 1 < entries.length; at += 2) {
      const [field = '', value = ''] = entries.slice(at, at + 2);
      if (!isKept(field, value)) gone.push(field);
    }
    if (gone.length > 0) pruned += await redis.hdel(key, ...gone);
    cursor = next;
  } while (cursor !== '0');
  return pruned;
}
