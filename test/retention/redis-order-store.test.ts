import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openRedis } from '../../services/platform/redis/client.ts';
import { createOrderKeys } from '../../services/platform/redis/order-keys.ts';
import { createRedisOrderStore } from '../../services/retention/redis/redis-order-store.ts';
import { orderStoreContract } from '../contract/order-store.ts';
import { claimRedisDatabase, uniqueSuffix } from '../support/stack.ts';

const redis = await openRedis({ url: await claimRedisDatabase() });
after(() => {
  redis.disconnect();
});

orderStoreContract('orders in Redis', () => Promise.resolve(createRedisOrderStore(redis, uniqueSuffix())));

test('an entry of the outbox that is no notice of ours is named, and kept as it is when it is set aside', async () => {
  const keyspace = uniqueSuffix();
  const { outbox, parked } = createOrderKeys(keyspace);
  const store = createRedisOrderStore(redis, keyspace);
  const ids = [
    await redis.xadd(outbox, '*', 'notice', 'no JSON'),
    await redis.xadd(outbox, '*', 'notice', '{"eventId":"of another version"}'),
  ];
  assert.deepEqual(await store.readOutbox(10), [
    { entryId: ids[0], unreadable: 'it is no JSON' },
    { entryId: ids[1], unreadable: 'a stored notice does not fit its schema' },
  ]);
  for (const id of ids) await store.parkOutboxEntry(id ?? '');
  assert.equal(await store.outboxLength(), 0);
  const kept = await redis.xrange(parked, '-', '+');
  assert.deepEqual(
    kept.map(([, fields]) => fields),
    [
      ['notice', 'no JSON'],
      ['notice', '{"eventId":"of another version"}'],
    ],
  );
});
