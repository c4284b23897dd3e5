import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { LEASE_TTL_MS, createFeedLease } from '../../../services/intake/positions/feed-lease.ts';
import { openRedis } from '../../../services/platform/redis/client.ts';
import { claimRedisDatabase } from '../../support/stack.ts';

const KEY = '{intake}:lease:voice';
type Redis = Awaited<ReturnType<typeof openRedis>>;

async function open(t: TestContext): Promise<Redis> {
  const redis = await openRedis({ url: await claimRedisDatabase() });
  t.after(() => {
    redis.disconnect();
  });
  return redis;
}

/** The same server, whose first answer to SET gets lost after the command was carried out. */
function withLostAnswer(redis: Redis): Redis {
  let isLost = false;
  return new Proxy(redis, {
    get(target, name) {
      if (name === 'set' && !isLost) {
        return async (key: string, token: string, _unit: 'PX', ttlMs: number) => {
          isLost = true;
          await target.set(key, token, 'PX', ttlMs, 'NX');
          throw new Error('Command timed out');
        };
      }
      const value: unknown = Reflect.get(target, name, target);
      const bound: unknown = typeof value === 'function' ? value.bind(target) : value;
      return bound;
    },
  });
}

test('an instance whose request for the lease timed out and was carried out holds it when it asks again', async (t) => {
  const redis = await open(t);
  const lease = createFeedLease(withLostAnswer(redis), KEY);
  await assert.rejects(lease.tryAcquire(), /timed out/);
  const held = await lease.tryAcquire();
  assert.ok(held, 'it is no other instance that holds it');
  assert.equal(await redis.get(KEY), held.token);
  assert.ok((await redis.pttl(KEY)) > LEASE_TTL_MS / 2);
  await held.release();
  assert.equal(await redis.get(KEY), null);
});

test('a feed has one holder at a time, and a holder never gets the same token again', async (t) => {
  const redis = await open(t);
  const [mine, theirs] = [createFeedLease(redis, KEY), createFeedLease(redis, KEY)];
  const first = await mine.tryAcquire();
  assert.ok(first);
  assert.equal(await theirs.tryAcquire(), undefined);
  assert.equal(await mine.tryAcquire(), undefined, 'nor does it hold the lease twice');
  await first.release();
  const second = await theirs.tryAcquire();
  assert.ok(second);
  await first.release();
  assert.equal(await redis.get(KEY), second.token, 'who gave it back cannot take it from the next');
  await second.release();
  const third = await mine.tryAcquire();
  assert.ok(third);
  assert.notEqual(third.token, first.token);
  await third.release();
});
