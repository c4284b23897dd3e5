/**
 * The end of a move. Where each partition begins is written before the old keyspace is retired, so that handing over is
 * nothing but a mark on each partition. A partition is opened only when all are filled, and nothing is cleared before
 * all are closed again: **one open partition says that the whole keyspace is filled**, whoever was cut off. Any run can
 * go on from there, also where the log has gone on, or a scorer that was started long ago has taken an open partition.
 */
import { loadScript } from '../platform/redis/script.ts';
import { lockKeys, writeHeld } from './held-lock.ts';
import type { HeldKeyspace } from './held-lock.ts';
import { ORIGIN, UNFINISHED, lockPartition, releaseTags } from './target-keyspace.ts';

const startScript = loadScript(new URL('./scripts/write-start-1.lua', import.meta.url));
const unlockScript = loadScript(new URL('./scripts/unlock-control-1.lua', import.meta.url));

/** What a partition begins with under the new names. */
export interface PartitionStart {
  readonly nextOffset: bigint;
  readonly record: string;
}

/** Writes where each partition begins. @throws TakenOverError */
export async function writeStarts(held: HeldKeyspace, starts: readonly PartitionStart[]): Promise<void> {
  for (const [partition, { nextOffset, record }] of starts.entries()) {
    await writeHeld(startScript, held, [lockKeys(held.to).ofPartition(partition)], [nextOffset.toString(), record]);
  }
}

/** The last step: from the last of these writes on, services take the keyspace. @throws TakenOverError */
export async function unlockTarget(held: HeldKeyspace, partitions: number): Promise<void> {
  await releaseTags(held);
  for (let partition = 0; partition < partitions; partition++) await unlock(held, partition, partitions);
}

async function unlock(held: HeldKeyspace, partition: number, partitions: number): Promise<void> {
  await writeHeld(unlockScript, held, [lockKeys(held.to).ofPartition(partition)], [partitions]);
}

/**
 * Goes on where a hand-over, or the way back from it, was cut off between two partitions: opens those that are closed, and
 * leaves open ones to whoever has them.
 *
 * @returns false where another run has come between; nothing was opened. @throws TakenOverError
 */
export async function finishHandOver(held: HeldKeyspace, partitions: number, origin: string): Promise<boolean> {
  const { redis, to, owner } = held;
  const closed: number[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    if (await lockPartition(held, partition, origin, 'unfinished')) closed.push(partition);
  }
  // Looked at again once all others are locked: where one is open still, nobody has closed all of them, to clear them or
  // to give the old keyspace back; and who begins with that from now on takes these locks away.
  let open = 0;
  for (let partition = 0; partition < partitions; partition++) {
    const fields = await redis.hgetall(lockKeys(to).ofPartition(partition));
    if (fields[ORIGIN] !== origin) return false;
    if (fields['partitions'] === String(partitions)) open++;
    else if (fields['partitions'] !== UNFINISHED || fields['owner'] !== owner || !('next' in fields)) return false;
  }
  if (open === 0) return false;
  for (const partition of closed) await unlock(held, partition, partitions);
  return true;
}
