import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REDIS_URL_PATTERN, parseRedisUrl } from '../../../services/platform/redis/redis-address.ts';

const pattern = new RegExp(REDIS_URL_PATTERN);

test('URLs of one server are left to the client', () => {
  for (const url of ['redis://127.0.0.1:6379', 'redis://:pw@host:6379/3', 'rediss://user:p%40ss@redis.example.test']) {
    assert.match(url, pattern);
    const address = parseRedisUrl(url);
    assert.equal(address.type, 'single');
    assert.equal(address.isTls, url.startsWith('rediss'));
  }
  assert.partialDeepStrictEqual(parseRedisUrl('rediss://user:pw@[::1]:6379'), { host: '::1' });
});

test('a URL of a cluster names some of its nodes, and who asks', () => {
  assert.deepEqual(parseRedisUrl('rediss+cluster://user:p%40ss%3A@10.0.0.1:7000,[::1]:7001,name:7002'), {
    type: 'cluster',
    nodes: [
      { host: '10.0.0.1', port: 7000 },
      { host: '::1', port: 7001 },
      { host: 'name', port: 7002 },
    ],
    username: 'user',
    password: 'p@ss:',
    isTls: true,
  });
  assert.partialDeepStrictEqual(parseRedisUrl('redis+cluster://:pw@a:1'), { username: undefined, password: 'pw' });
  assert.partialDeepStrictEqual(parseRedisUrl('redis+cluster://a:1'), { username: undefined, password: undefined });
});

test('what is no address is refused', () => {
  for (const url of [
    '',
    'http://a:1',
    'redis+cluster://a',
    'redis+cluster://a:1,b',
    'redis://a:1,b:2',
    'redis://a@b@c',
  ]) {
    assert.doesNotMatch(url, pattern);
  }
});
