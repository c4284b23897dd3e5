import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { startRedisCluster, withNode } from '../../../deploy/local/native-redis-cluster.ts';
import { createPartBoard } from '../../../services/platform/process/part-board.ts';
import { StartRefusal } from '../../../services/platform/process/start-refusal.ts';
import { awaitRedis } from '../../../services/platform/redis/await-redis.ts';
import { openRedis } from '../../../services/platform/redis/client.ts';
import { OneBufferCommand } from '../../../services/platform/redis/one-buffer-command.ts';
import { createPartitionStore } from '../../../services/platform/redis/partition-store.ts';
import { keyOfEachMaster } from '../../../services/platform/redis/probe-redis.ts';
import type { RedisClient } from '../../../services/platform/redis/redis-client.ts';
import { createRedisOrderStore } from '../../../services/retention/redis/redis-order-store.ts';
import { orderStoreContract } from '../../contract/order-store.ts';
import { partitionStoreContract } from '../../contract/partition-store.ts';
import { withoutNativeParts } from '../../support/own-stack.ts';
import { uniqueSuffix } from '../../support/stack.ts';
import { shippedUser } from './shipped-users.ts';
import { workOuts } from './work-outs.ts';

describe('on a Redis Cluster', { skip: withoutNativeParts }, async () => {
  if (withoutNativeParts !== false) return;
  const dir = mkdtempSync(join(tmpdir(), 'churn-cluster-'));
  const cluster = await startRedisCluster({ dir, masters: 3, replicas: 1 });
  const stopping = new AbortController();
  const redis = await open(cluster.redisUrl);
  after(async () => {
    stopping.abort();
    redis.disconnect();
    await cluster.kill();
    rmSync(dir, { recursive: true, force: true });
  });

  function open(url: string): Promise<RedisClient> {
    const board = createPartBoard({ error: () => undefined, info: () => undefined });
    return awaitRedis({ settings: { url }, keyspace: '', part: board.part('Redis', ''), signal: stopping.signal });
  }

  async function refusalOf(url: string): Promise<string> {
    const error: unknown = await open(url).then(
      (opened) => {
        opened.disconnect();
      },
      (refused: unknown) => refused,
    );
    assert.ok(error instanceof StartRefusal, String(error));
    return error.message;
  }

  partitionStoreContract('partitions in a cluster', () => {
    const keyspace = uniqueSuffix();
    return Promise.resolve({ open: (count) => createPartitionStore(redis, keyspace, count) });
  });
  orderStoreContract('orders in a cluster', () => Promise.resolve(createRedisOrderStore(redis, uniqueSuffix())));

  test("a single server's URL is refused, with what is expected", async () => {
    const port = cluster.masters[0]?.port ?? 0;
    assert.match(await refusalOf(`redis://127.0.0.1:${port}`), /expected redis\+cluster:\/\/host:port/);
  });

  test('users with the shipped rights and those for a cluster do all of their work', async () => {
    for (const service of ['scorer', 'retention', 'intake'] as const) {
      const user = shippedUser(service, 'pass-of-the-test');
      const rules = [...user.rules, '+asking', '+cluster|slots', '+readonly', '+readwrite'];
      for (const node of [...cluster.masters, ...cluster.replicas]) {
        await withNode(node, (admin) => admin.call('ACL', 'SETUSER', user.name, 'reset', ...rules));
      }
      const nodes = cluster.redisUrl.split('//')[1] ?? '';
      const client = await openRedis({ url: `redis+cluster://${user.name}:pass-of-the-test@${nodes}` });
      const steps: string[] = [];
      for await (const step of workOuts[service](client)) steps.push(step);
      client.disconnect();
      assert.ok(steps.length > 3, service);
    }
  });

  test('a node that may drop state is refused by name, a replica too', async () => {
    const replica = cluster.replicas[0]?.port ?? 0;
    await withNode({ port: replica }, (node) => node.config('SET', 'maxmemory-policy', 'allkeys-lru'));
    const expected = new RegExp(`maxmemory-policy is allkeys-lru at 127.0.0.1:${replica}, expected noeviction`);
    assert.match(await refusalOf(cluster.redisUrl), expected);
    await withNode({ port: replica }, (node) => node.config('SET', 'maxmemory-policy', 'noeviction'));
  });
});

test('a command in one buffer tells its keys, so that the client finds their slot', () => {
  const command = new OneBufferCommand('EVALSHA', ['sha', 2, '{p0}:control', '{p0}:outbox', 'argument']);
  assert.deepEqual(command.getKeys(), ['{p0}:control', '{p0}:outbox']);
});

test('each master is asked by a key in one of its slots', () => {
  const slots = Array.from({ length: 16_384 }, (_, slot) => [`master-${slot % 5}`, 'replica']);
  const keys = keyOfEachMaster(slots, 'probe:');
  assert.deepEqual([...keys.keys()].toSorted(), ['master-0', 'master-1', 'master-2', 'master-3', 'master-4']);
  assert.equal(new Set(keys.values()).size, 5);
  assert.equal(keyOfEachMaster([], 'probe:').size, 0);
});
