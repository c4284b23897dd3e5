import type { RedisClient } from '../platform/redis/redis-client.ts';
import { loadScript } from '../platform/redis/script.ts';

const scanScript = loadScript(new URL('./scripts/scan-keys-1.lua', import.meta.url));

/** Keys that Redis looks at before others have their turn. */
const SCANNED_AT_ONCE = 1_000;

/** All keys that begin with a text that ends with a hash tag and what is behind it. Looks at every key of the node. */
export async function keysBeginning(redis: RedisClient, prefix: string): Promise<string[]> {
  const pattern = `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
  const keys = new Set<string>();
  let cursor = '0';
  do {
    const reply = await scanScript(redis, [prefix], [cursor, pattern, SCANNED_AT_ONCE]);
    if (!Array.isArray(reply)) throw new TypeError('a script answered something else than a list');
    const [next, found] = reply as readonly unknown[];
    if (!Array.isArray(found)) throw new TypeError('a script answered something else than a list');
    for (const key of found as readonly unknown[]) keys.add(String(key));
    cursor = String(next);
  } while (cursor !== '0');
  return [...keys].toSorted();
}
