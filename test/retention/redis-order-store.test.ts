import { after } from 'node:test';
import { openRedis } from '../../services/platform/redis/client.ts';
import { createRedisOrderStore } from '../../services/retention/redis/redis-order-store.ts';
import { orderStoreContract } from '../contract/order-store.ts';
import { claimRedisDatabase, uniqueSuffix } from '../support/stack.ts';

const redis = await openRedis({ url: await claimRedisDatabase() });
after(() => {
  redis.disconnect();
});

orderStoreContract('orders in Redis', () => Promise.resolve(createRedisOrderStore(redis, uniqueSuffix())));
