import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { openRedis } from '../../services/platform/redis/client.ts';
import { createPartitionStore } from '../../services/platform/redis/partition-store.ts';
import type { RedisClient } from '../../services/platform/redis/redis-client.ts';
import { createNameChange } from '../../services/rekey/name-change.ts';
import { reopenPartitions, retirementWord } from '../../services/rekey/retirement.ts';
import { runRekey } from '../../services/rekey/run-rekey.ts';
import type { RekeyDeps } from '../../services/rekey/examine.ts';
import type { RekeyResult } from '../../services/rekey/run-rekey.ts';
import { claimRedisDatabase } from '../support/stack.ts';
import { PARTITIONS, boundsAtRest, fillKeyspace } from './filled-keyspace.ts';
import { newId, numbers, oldId, partitionOf } from './filled-keyspace.ts';

export const LIST = numbers(60);
export const FROM = 'old:';
export const TO = 'new:';

/** A Redis of the test's own with an installation at rest. */
export async function openFilled(t: TestContext): Promise<RedisClient> {
  const redis = await openRedis({ url: await claimRedisDatabase() });
  t.after(() => {
    redis.disconnect();
  });
  await fillKeyspace(redis, FROM, LIST);
  return redis;
}

export function depsOf(
  redis: RedisClient,
  changes: Partial<RekeyDeps> = {},
  list: readonly string[] = LIST,
): RekeyDeps {
  const names = createNameChange(oldId, newId);
  for (const number of list) names.add(number);
  return {
    redis,
    from: FROM,
    to: TO,
    partitions: PARTITIONS,
    store: createPartitionStore(redis, FROM, PARTITIONS),
    alertTopic: 'alert',
    withRecords: (_, ranges) => Promise.resolve(new Set(ranges.keys())),
    serviceGroups: ['scorers', 'retention.alert'],
    groupsWithMembers: () => Promise.resolve([]),
    boundsOfInput: () => Promise.resolve(boundsAtRest.input()),
    boundsOfAlerts: () => Promise.resolve(boundsAtRest.alerts()),
    names,
    oldKeyId: 'a',
    newKeyId: 'b',
    partitionOf,
    leaveUnlisted: false,
    isDry: false,
    owner: randomUUID(),
    onProgress: () => undefined,
    ...changes,
  };
}

export function rekey(
  redis: RedisClient,
  changes: Partial<RekeyDeps> = {},
  list: readonly string[] = LIST,
): Promise<RekeyResult> {
  return runRekey(depsOf(redis, changes, list));
}

export function reasonsOf(result: { readonly type: string; readonly reasons?: readonly string[] }): string {
  assert.ok(result.type === 'refused', result.type);
  return (result.reasons ?? []).join('\n');
}

/** A client whose process dies at a command: that one and all after it fail, unsent. */
export function dyingRedis(redis: RedisClient, commands: { left: number; sent: number }): RedisClient {
  return new Proxy(redis, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name, target);
      if (typeof found !== 'function') return found;
      return (...args: readonly unknown[]): unknown => {
        commands.sent++;
        if (commands.left-- <= 0) return Promise.reject(new Error('cut off'));
        return Reflect.apply(found, target, args);
      };
    },
  });
}

/** A client that waits before a command, once, while something else is done. */
export function pausingRedis(redis: RedisClient, before: number, work: () => Promise<unknown>): RedisClient {
  let sent = 0;
  return new Proxy(redis, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name, target);
      if (typeof found !== 'function') return found;
      return (...args: readonly unknown[]): unknown => {
        const send = (): unknown => Reflect.apply(found, target, args);
        return sent++ === before ? work().then(send) : send();
      };
    },
  });
}

/** At its end a move takes two locks away and hands over each partition; before that it retires each of the old ones. */
export const HANDED_OVER = 2 + PARTITIONS;

/** What a move sends to Redis that finds the new keyspace empty. */
export async function commandsOfMove(redis: RedisClient): Promise<number> {
  const commands = { left: Infinity, sent: 0 };
  assert.equal((await rekey(dyingRedis(redis, commands), { to: 'counted:' })).type, 'done');
  await forget(redis, 'counted:');
  return commands.sent;
}

/** Takes a new keyspace away, and opens the old one. */
export async function forget(redis: RedisClient, to: string): Promise<void> {
  for (const key of await redis.keys(`${to}*`)) await redis.del(key);
  await reopenPartitions(redis, FROM, PARTITIONS, { word: retirementWord(to) });
}
