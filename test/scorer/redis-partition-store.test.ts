import { after } from 'node:test';
import { openRedis } from '../../services/platform/redis/client.ts';
import { createPartitionStore } from '../../services/platform/redis/partition-store.ts';
import { partitionStoreContract } from '../contract/partition-store.ts';
import { claimRedisDatabase, uniqueSuffix } from '../support/stack.ts';

const redis = await openRedis({ url: await claimRedisDatabase() });
after(() => {
  redis.disconnect();
});

partitionStoreContract('partitions in Redis', () => {
  const keyspace = uniqueSuffix();
  return Promise.resolve({ open: (partitionCount) => createPartitionStore(redis, keyspace, partitionCount) });
});
