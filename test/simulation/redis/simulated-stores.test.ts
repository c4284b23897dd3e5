import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPartitionStore } from '../../../services/platform/redis/partition-store.ts';
import { createRedisOrderStore } from '../../../services/retention/redis/redis-order-store.ts';
import { createRedisPositions } from '../../../services/retention/redis/redis-positions.ts';
import { orderStoreContract } from '../../contract/order-store.ts';
import { partitionStoreContract } from '../../contract/partition-store.ts';
import { openSimulatedRedis } from './simulated-client.ts';
import type { Deliver } from './simulated-client.ts';
import { createSimulatedServer } from './simulated-server.ts';

const atOnce: Deliver = (_, command) => Promise.resolve(command());

partitionStoreContract('partitions in simulated Redis', () => {
  const redis = openSimulatedRedis(createSimulatedServer(), atOnce);
  return Promise.resolve({ open: (partitionCount) => createPartitionStore(redis, '', partitionCount) });
});

orderStoreContract('orders in simulated Redis', () =>
  Promise.resolve(createRedisOrderStore(openSimulatedRedis(createSimulatedServer(), atOnce), '')),
);

test('positions in simulated Redis come back as they were written', async () => {
  const server = createSimulatedServer();
  const redis = openSimulatedRedis(server, atOnce);
  const boundsOf = () => Promise.resolve({ lowOffset: 3n, endOffset: 9n });
  const positions = createRedisPositions(redis, '', { boundsOf })('alerts');
  const { nextOffset, serverLife } = await positions.read(1);
  assert.equal(nextOffset, undefined);
  assert.equal(await positions.write(1, 2n ** 53n + 1n, serverLife), true);
  assert.deepEqual(await positions.read(1), { nextOffset: 2n ** 53n + 1n, serverLife });
  assert.equal(await positions.write(1, 6n, serverLife), true);
  assert.equal((await positions.read(1)).nextOffset, 2n ** 53n + 1n, 'a write that comes late takes nothing back');
  server.loseLast(0);
  assert.equal(await positions.write(1, 7n, serverLife), false, 'the work for it may be lost');
  assert.equal((await positions.read(1)).nextOffset, 2n ** 53n + 1n);
  assert.deepEqual(await positions.boundsOf(1), { lowOffset: 3n, endOffset: 9n });
});
