import type { CommandValue } from '../platform/redis/one-buffer-command.ts';
import { partitionKeys } from '../platform/redis/partition-keys.ts';
import type { RedisClient } from '../platform/redis/redis-client.ts';
import { loadScript } from '../platform/redis/script.ts';
import type { Script } from '../platform/redis/script.ts';

const copyScript = loadScript(new URL('./scripts/copy-key-3.lua', import.meta.url));
const clearScript = loadScript(new URL('./scripts/clear-keys-n.lua', import.meta.url));

/** Scripts take so many keys at once: Lua passes no more than some thousands of values. */
const KEYS_AT_ONCE = 2_000;

/** Another run has taken the new keyspace over, or brought it to its end. Nothing was written. */
export class TakenOverError extends Error {
  override readonly name = 'TakenOverError';
}

/** Where a run's token stands while it fills a keyspace: one place under each hash tag, for scripts to look at. */
export function lockKeys(keyspace: string) {
  return {
    ofPartition: (partition: number): string => partitionKeys(keyspace, partition).control,
    ofOrders: `${keyspace}{orders}:rekey`,
    ofIntake: `${keyspace}{intake}:rekey`,
  } as const;
}

/** The new keyspace as one run sees it: each write holds only while the lock under its hash tag is the run's own. */
export interface HeldKeyspace {
  readonly redis: RedisClient;
  readonly to: string;
  /** The run's token. */
  readonly owner: string;
}

/** Runs a script whose first key is the lock and whose first argument the token. @throws TakenOverError */
export async function writeHeld(
  script: Script,
  { redis, owner }: HeldKeyspace,
  keys: readonly [lock: string, ...others: string[]],
  args: readonly CommandValue[] = [],
): Promise<void> {
  const reply = answerOf(await script(redis, keys, [owner, ...args]));
  if (reply === 'taken-over') throw new TakenOverError('another run has taken the new keyspace over, or has ended');
  if (reply !== 'written') throw new TypeError('a script answered something unknown');
}

/** Makes a key equal to another one under the same hash tag. Nothing is read into this process. @throws TakenOverError */
export async function copyHeld(held: HeldKeyspace, lock: string, from: string, to: string): Promise<void> {
  await writeHeld(copyScript, held, [lock, from, to]);
}

/** Takes keys under one hash tag away. @throws TakenOverError */
export async function clearHeld(held: HeldKeyspace, lock: string, keys: readonly string[]): Promise<void> {
  for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
    await writeHeld(clearScript, held, [lock, ...keys.slice(from, from + KEYS_AT_ONCE)]);
  }
}

export function answerOf(reply: unknown): string {
  return Buffer.isBuffer(reply) ? reply.toString() : '';
}
