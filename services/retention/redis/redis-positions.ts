import type { OffsetReader } from '../../platform/kafka/offsets.ts';
import type { PositionStore } from '../../platform/kafka/positioned-batches.ts';
import type { openRedis } from '../../platform/redis/client.ts';
import { loadScript } from '../../platform/redis/script.ts';
import { createOrderKeys } from '../../platform/redis/order-keys.ts';

const readScript = loadScript(new URL('scripts/read-position-1.lua', import.meta.url));
const writeScript = loadScript(new URL('scripts/write-position-1.lua', import.meta.url));

/**
 * How far topics have been read, in the same Redis and slot as the orders that came of it and written after them: what
 * Redis loses in a crash it loses together, and the topic gives it again. Kafka's own offset would stay ahead.
 */
export function createRedisPositions(
  redis: Awaited<ReturnType<typeof openRedis>>,
  keyspace: string,
  offsets: Pick<OffsetReader, 'boundsOf'>,
): (topic: string) => PositionStore {
  const { positions } = createOrderKeys(keyspace);
  return (topic) => ({
    async read(partition) {
      const reply = await readScript(redis, [positions], [`${topic}/${partition}`]);
      const [offset, life] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
      if (!Buffer.isBuffer(life)) throw new TypeError('a Redis that does not tell its run id');
      return {
        nextOffset: Buffer.isBuffer(offset) ? BigInt(offset.toString()) : undefined,
        serverLife: life.toString(),
      };
    },
    async write(partition, nextOffset, serverLife) {
      const fields = [`${topic}/${partition}`, nextOffset.toString(), serverLife];
      return (await writeScript(redis, [positions], fields)) === 1;
    },
    boundsOf: (partition) => offsets.boundsOf(topic, partition),
  });
}
