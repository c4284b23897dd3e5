import type { OffsetReader } from '../../platform/kafka/offsets.ts';
import type { PositionStore } from '../../platform/kafka/positioned-batches.ts';
import type { openRedis } from '../../platform/redis/client.ts';
import { createOrderKeys } from './order-keys.ts';

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
      const offset = await redis.hget(positions, `${topic}/${partition}`);
      return offset === null ? undefined : BigInt(offset);
    },
    async write(partition, nextOffset) {
      await redis.hset(positions, `${topic}/${partition}`, nextOffset.toString());
    },
    async lowOffsetOf(partition) {
      return (await offsets.boundsOf(topic, partition)).lowOffset;
    },
  });
}
