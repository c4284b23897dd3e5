import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Redis } from 'ioredis';
import { freePort } from '../../../deploy/local/free-port.ts';
import { startRedis } from '../../../deploy/local/native-redis.ts';
import { openRedis } from '../../../services/platform/redis/client.ts';
import { isRedisOutage } from '../../../services/platform/redis/is-redis-outage.ts';
import { isMissingRight } from '../../../services/platform/redis/missing-right.ts';
import { redisTrouble } from '../../../services/platform/redis/redis-trouble.ts';
import { withoutNativeParts } from '../../support/own-stack.ts';
import { contentOf } from './content-of.ts';
import { shippedUser } from './shipped-users.ts';
import type { ServiceName } from './shipped-users.ts';
import { workOuts } from './work-outs.ts';

const PASSWORD = 'pass-of-the-test';
/** Steps that are followed by one that is all or nothing. */
const BEFORE_ONE_SCRIPT = new Set(['acquired', 'states read', 'order created', 'order changed', 'lease held']);

describe('users.acl gives each service what it needs and nothing else', { skip: withoutNativeParts }, async () => {
  if (withoutNativeParts !== false) return;
  const directory = mkdtempSync(join(tmpdir(), 'churn-rights-'));
  const server = await startRedis({ dir: directory, port: await freePort() });
  const admin = new Redis(server.port);
  after(async () => {
    admin.disconnect();
    await server.kill();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Does a service's work from an empty server on. @returns what Redis held after each step, and what ended the work. */
  async function workOut(service: ServiceName, rules: readonly string[]) {
    const user = shippedUser(service, PASSWORD);
    await admin.flushall();
    // Scripts then go out in full, as on a server that has been started anew.
    await admin.script('FLUSH');
    await admin.call('ACL', 'SETUSER', user.name, 'reset', ...user.rules, ...rules);
    const redis = await openRedis({ url: `redis://${user.name}:${PASSWORD}@127.0.0.1:${server.port}` });
    const held = new Map<string, unknown>();
    try {
      for await (const step of workOuts[service](redis)) held.set(step, await contentOf(admin));
      return { held, error: undefined };
    } catch (error) {
      return { held, error };
    } finally {
      redis.disconnect();
    }
  }

  for (const service of ['scorer', 'retention', 'intake'] as const) {
    test(`${service} does all of its work with its rights`, async () => {
      const { error } = await workOut(service, []);
      assert.equal(error, undefined, String(error));
    });

    test(`${service} says which right it lacks, and leaves nothing half written`, async () => {
      const whole = await workOut(service, []);
      for (const command of shippedUser(service, PASSWORD).commands) {
        const { held, error } = await workOut(service, [`-${command}`]);
        assert.ok(error instanceof Error, `${service} works without ${command}`);
        assert.equal(isMissingRight(error) && !isRedisOutage(error), true, `${command}: ${error.message}`);
        assert.match(redisTrouble(error), /lacks the permission for (the|one of the|a) command/, command);
        const last = [...held.keys()].at(-1) ?? '';
        if (!BEFORE_ONE_SCRIPT.has(last)) continue;
        assert.deepEqual(await contentOf(admin), whole.held.get(last), `${command} was missing after: ${last}`);
      }
    });

    test(`${service} cannot touch the keys of others, nor administer`, async () => {
      const user = shippedUser(service, PASSWORD);
      await admin.call('ACL', 'SETUSER', user.name, 'reset', ...user.rules);
      const redis = new Redis({ port: server.port, username: user.name, password: PASSWORD });
      const own = { scorer: '{p0}:', retention: '{orders}:', intake: '{intake}:' };
      for (const [other, prefix] of Object.entries(own)) {
        const writing = redis.hset(`${prefix}x`, 'field', 'value');
        if (other === service) await writing;
        else await assert.rejects(writing, /NOPERM/);
      }
      await assert.rejects(redis.config('GET', 'maxmemory'), /NOPERM/);
      await assert.rejects(redis.flushall(), /NOPERM/);
      await assert.rejects(redis.keys('*'), /NOPERM/);
      redis.disconnect();
    });
  }
});
