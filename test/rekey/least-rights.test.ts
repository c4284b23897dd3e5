import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Redis } from 'ioredis';
import { freePort } from '../../deploy/local/free-port.ts';
import { startRedis } from '../../deploy/local/native-redis.ts';
import { openRedis } from '../../services/platform/redis/client.ts';
import { isMissingRight } from '../../services/platform/redis/missing-right.ts';
import type { RedisClient } from '../../services/platform/redis/redis-client.ts';
import { reopenOld } from '../../services/rekey/reopen-old.ts';
import { shippedUser } from '../platform/redis/shipped-users.ts';
import { withoutNativeParts } from '../support/own-stack.ts';
import { dumpOf, fillKeyspace, numbers } from './filled-keyspace.ts';
import { FROM, TO, depsOf, rekey } from './small-rekey.ts';

const PASSWORD = 'pass-of-the-test';
const FEW = numbers(12);
/** Without these a run ends with half of the new keyspace there. */
const AMID_WRITES = new Set(['copy', 'mset', 'zrange']);

describe(
  'users.acl gives the change of names what it needs and nothing else',
  { skip: withoutNativeParts },
  async () => {
    if (withoutNativeParts !== false) return;
    const directory = mkdtempSync(join(tmpdir(), 'churn-rekey-rights-'));
    const server = await startRedis({ dir: directory, port: await freePort() });
    const admin = await openRedis({ url: `redis://127.0.0.1:${server.port}` });
    const user = shippedUser('rekey', PASSWORD);
    after(async () => {
      admin.disconnect();
      await server.kill();
      rmSync(directory, { recursive: true, force: true });
    });

    async function asUser<T>(rules: readonly string[], work: (redis: RedisClient) => Promise<T>): Promise<T> {
      // Scripts then go out in full, as on a server that has been started anew.
      await admin.script('FLUSH');
      await admin.call('ACL', 'SETUSER', user.name, 'reset', ...user.rules, ...rules);
      const redis = await openRedis({ url: `redis://${user.name}:${PASSWORD}@127.0.0.1:${server.port}` });
      try {
        return await work(redis);
      } finally {
        redis.disconnect();
      }
    }

    /** There, back, and there again. */
    async function moveTwice(redis: RedisClient): Promise<string[]> {
      const move = async (): Promise<string> => (await rekey(redis, {}, FEW)).type;
      return [await move(), (await reopenOld(depsOf(redis, {}, FEW))).type, await move()];
    }

    async function fill(): Promise<void> {
      await admin.flushall();
      await fillKeyspace(admin, FROM, FEW);
    }

    test('names change, and back, with its rights', async () => {
      await fill();
      assert.deepEqual(await asUser([], moveTwice), ['done', 'reopened', 'done']);
    });

    test('whichever right it lacks it says so, and the next run mends what was left', async () => {
      await fill();
      await asUser([], moveTwice);
      const whole = await dumpOf(admin, TO);
      for (const command of user.commands) {
        await fill();
        const error: unknown = await asUser([`-${command}`], moveTwice).catch((thrown: unknown) => thrown);
        assert.ok(error instanceof Error, `names change without ${command}`);
        assert.ok(isMissingRight(error), `${command}: ${error.message}`);
        if (!AMID_WRITES.has(command)) continue;
        assert.notEqual((await dumpOf(admin, TO)).size, 0, command);
        assert.equal((await asUser([], (redis) => rekey(redis, {}, FEW))).type, 'done', command);
        assert.deepEqual(await dumpOf(admin, TO), whole, command);
      }
    });

    test('it cannot touch other keys, nor administer', async () => {
      await admin.call('ACL', 'SETUSER', user.name, 'reset', ...user.rules);
      const redis = new Redis({ port: server.port, username: user.name, password: PASSWORD, enableReadyCheck: false });
      await assert.rejects(redis.hset('another:{q0}:x', 'field', 'value'), /NOPERM/);
      await assert.rejects(redis.config('GET', 'maxmemory'), /NOPERM/);
      await assert.rejects(redis.flushall(), /NOPERM/);
      await assert.rejects(redis.keys('*'), /NOPERM/);
      redis.disconnect();
    });
  },
);
