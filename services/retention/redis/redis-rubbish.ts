import { parseRubbishWindow } from '../../core/partition/rubbish-window.ts';
import type { openRedis } from '../../platform/redis/client.ts';
import type { RubbishSoFar, RubbishStore } from '../watch-rubbish.ts';
import { createOrderKeys } from '../../platform/redis/order-keys.ts';

type Client = Pick<Awaited<ReturnType<typeof openRedis>>, 'hget' | 'hset'>;

/** What was parked of topics of late, in the hash that holds how far they have been read. */
export function createRedisRubbish(redis: Client, keyspace: string): (topic: string) => RubbishStore {
  const { positions } = createOrderKeys(keyspace);
  const fieldOf = (topic: string, partition: number): string => `${topic}/${partition}/rubbish`;
  return (topic) => ({
    async read(partition) {
      const text = await redis.hget(positions, fieldOf(topic, partition));
      return text === null ? undefined : parse(text);
    },
    async write(partition, { throughOffset, records, window }) {
      const text = JSON.stringify([throughOffset.toString(), records, window]);
      await redis.hset(positions, fieldOf(topic, partition), text);
    },
  });
}

/** @throws TypeError where the text is not what was written. */
function parse(text: string): RubbishSoFar {
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) throw new TypeError('rubbish so far is not a list');
  const [throughOffset, records, window] = parsed as readonly unknown[];
  if (typeof throughOffset !== 'string' || typeof records !== 'number') {
    throw new TypeError('rubbish so far is malformed');
  }
  return { throughOffset: BigInt(throughOffset), records, window: parseRubbishWindow(window) };
}
