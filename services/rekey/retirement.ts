import { partitionKeys } from '../platform/redis/partition-keys.ts';
import type { RedisClient } from '../platform/redis/redis-client.ts';
import { loadScript } from '../platform/redis/script.ts';
import { answerOf } from './held-lock.ts';

const retireScript = loadScript(new URL('./scripts/retire-control-1.lua', import.meta.url));
const reopenScript = loadScript(new URL('./scripts/reopen-control-1.lua', import.meta.url));

/**
 * In place of the number of partitions in a keyspace whose subscribers have moved. A scorer can take no partition over
 * then: one that runs ends, one that is started refuses it with code 78.
 */
export function retirementWord(to: string): string {
  return `retired: moved to '${to}' by npm run rekey`;
}

/** What stands in place of the number of partitions, each once; nothing where services would take the keyspace. */
export async function wordsOf(redis: RedisClient, keyspace: string, partitions: number): Promise<string[]> {
  const words = new Set<string>();
  for (let partition = 0; partition < partitions; partition++) {
    const known = await redis.hget(partitionKeys(keyspace, partition).control, 'partitions');
    if (known !== null && known !== String(partitions)) words.add(known);
  }
  return [...words];
}

/** Whether every partition is retired, so that services can take none of them. */
export async function isRetired(
  redis: RedisClient,
  keyspace: string,
  partitions: number,
  word: string,
): Promise<boolean> {
  for (let partition = 0; partition < partitions; partition++) {
    if ((await redis.hget(partitionKeys(keyspace, partition).control, 'partitions')) !== word) return false;
  }
  return true;
}

/** @returns false where somebody took the partition over, or committed to it, since the run found it at `seq`. */
export async function retirePartition(
  redis: RedisClient,
  keyspace: string,
  partition: number,
  mark: { readonly owner: string; readonly seq: number; readonly word: string },
): Promise<boolean> {
  const { control } = partitionKeys(keyspace, partition);
  return answerOf(await retireScript(redis, [control], [mark.owner, mark.seq, mark.word])) === 'retired';
}

/** Gives retired partitions back to the services. @param owner whose alone; undefined for all of the word. */
export async function reopenPartitions(
  redis: RedisClient,
  keyspace: string,
  partitions: number,
  { word, owner = '' }: { readonly word: string; readonly owner?: string },
): Promise<number> {
  let reopened = 0;
  for (let partition = 0; partition < partitions; partition++) {
    const { control } = partitionKeys(keyspace, partition);
    if (answerOf(await reopenScript(redis, [control], [word, partitions, owner])) === 'reopened') reopened++;
  }
  return reopened;
}
