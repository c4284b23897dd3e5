import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import { isRedisOutage } from '../../../services/platform/redis/is-redis-outage.ts';

test('a command without a connection fails as an outage', async () => {
  const redis = new Redis({ lazyConnect: true, enableOfflineQueue: false });
  await assert.rejects(redis.get('x'), isRedisOutage);
  redis.disconnect();
});

test('a refused connection is an outage', async () => {
  // Port 1 is the TCP multiplexer's, which nothing offers.
  const redis = new Redis({ port: 1, lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  redis.on('error', () => undefined);
  await assert.rejects(redis.get('x'), isRedisOutage);
  redis.disconnect();
});

test('a wrong command is no outage', () => {
  assert.equal(isRedisOutage(new Error('ERR wrong number of arguments')), false);
  assert.equal(isRedisOutage(new Error('READONLY You can not write against it')), true);
  assert.equal(isRedisOutage(new TypeError('x is undefined')), false);
  assert.equal(isRedisOutage('Command timed out'), false);
});
