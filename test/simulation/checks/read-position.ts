import { createOrderKeys } from '../../../services/platform/redis/order-keys.ts';
import { partitionKeys } from '../../../services/platform/redis/partition-keys.ts';
import type { SimulatedLog } from '../kafka/simulated-log.ts';
import type { SimulatedServer } from '../redis/simulated-server.ts';
import { KEYSPACE, TOPICS } from '../settings.ts';
import { readTexts } from './read-server.ts';

/** Where Redis says that reading goes on; undefined before the first position was written. */
export function readPosition(server: SimulatedServer, { topic, partition }: SimulatedLog): bigint | undefined {
  const [next] =
    topic === TOPICS.input
      ? readTexts(server, ['HMGET', partitionKeys(KEYSPACE, partition).control, 'next'])
      : readTexts(server, ['HMGET', createOrderKeys(KEYSPACE).positions, `${topic}/${partition}`]);
  return next === undefined ? undefined : BigInt(next);
}
