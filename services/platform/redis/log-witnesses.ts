import type { WitnessStore } from '../kafka/log-witness.ts';
import type { RedisClient } from './redis-client.ts';

/** What is known of each topic's log, beside the positions in it: an emptied Redis knows neither. */
export function createLogWitnesses(redis: RedisClient, keyspace: string): WitnessStore {
  const key = `${keyspace}log-witnesses`;
  return {
    read: async (topic) => (await redis.hget(key, topic)) ?? undefined,
    async write(topic, witness) {
      await redis.hset(key, topic, witness);
    },
  };
}
