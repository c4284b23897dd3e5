import { SLOTS_PER_DAY } from '../core/time/daily-moment.ts';
import { HOURS_KEPT } from '../core/quality/quality-hour.ts';
import { tmfStates } from '../core/work-orders/tmf-state.ts';
import { partitionKeys } from '../platform/redis/partition-keys.ts';
import type { RedisClient } from '../platform/redis/redis-client.ts';
import { loadScript } from '../platform/redis/script.ts';
import { answerOf, clearHeld, lockKeys } from './held-lock.ts';
import type { HeldKeyspace } from './held-lock.ts';
import { createOrderKeys } from '../platform/redis/order-keys.ts';
import { readSubscribers } from './read-subscribers.ts';
import { rekeyOrder } from './rekey-order.ts';

const lockScript = loadScript(new URL('./scripts/lock-control-1.lua', import.meta.url));

/**
 * In place of the number of partitions while a keyspace is not complete. Services hold that to the topic's number at
 * their start, and end with code 78: none can work on half of the subscribers.
 */
export const UNFINISHED = 'unfinished (npm run rekey has to be run to its end)';
/** Field of the control hash that says where a keyspace came from. */
export const ORIGIN = 'rekeyed';

/** Where a keyspace came from, as its control says. */
export function originOf({
  from,
  oldKeyId,
  newKeyId,
}: {
  readonly from: string;
  readonly oldKeyId: string;
  readonly newKeyId: string;
}): string {
  return JSON.stringify({ from, oldKeyId, newKeyId });
}

/** `partly-open`: some partitions are handed over, others not, and all are filled: see hand-over.ts. */
export type TargetFinding = 'empty' | 'unfinished' | 'partly-open' | 'complete' | 'foreign';

/** What stands in the keyspace that is to be filled. @param origin see `originOf`. */
export async function findTarget(
  redis: RedisClient,
  keyspace: string,
  partitions: number,
  origin: string,
): Promise<TargetFinding> {
  let [empty, own, complete] = [0, 0, 0];
  for (let partition = 0; partition < partitions; partition++) {
    const { control } = partitionKeys(keyspace, partition);
    const fields = await redis.hgetall(control);
    if (Object.keys(fields).length === 0) empty++;
    else if (fields[ORIGIN] === origin) own++;
    if (fields[ORIGIN] === origin && fields['partitions'] !== UNFINISHED) complete++;
  }
  if (complete === partitions) return 'complete';
  if (own > 0 && own + empty === partitions) return complete > 0 ? 'partly-open' : 'unfinished';
  const { bodies, positions } = createOrderKeys(keyspace);
  const isDeskEmpty = (await redis.exists(bodies, positions)) === 0;
  return empty === partitions && isDeskEmpty ? 'empty' : 'foreign';
}

/**
 * Keeps services and other runs out of the new keyspace from now on.
 *
 * @param found what it may hold; `partly-open` and `complete` take one back from the services. @returns false where it
 * holds anything else, or another run has come between: on `true` all of it was this run's own at once.
 */
export async function lockTarget(
  held: HeldKeyspace,
  partitions: number,
  origin: string,
  found: Exclude<TargetFinding, 'foreign'>,
): Promise<boolean> {
  const { redis, to, owner } = held;
  const locks = lockKeys(to);
  for (let partition = 0; partition < partitions; partition++) {
    if (await lockPartition(held, partition, origin, found)) continue;
    if (found === 'empty') await clearControls(held, partition);
    return false;
  }
  // Who brings a hand-over to its end may have taken a partition in between, and open it before anything is cleared here.
  for (let partition = 0; partition < partitions; partition++) {
    if ((await redis.hget(locks.ofPartition(partition), 'owner')) !== owner) return false;
  }
  for (const lock of [locks.ofOrders, locks.ofIntake]) await redis.hset(lock, 'owner', owner);
  return true;
}

/** @param found what the partition may hold. @returns false where it holds anything else: it was left alone. */
export async function lockPartition(
  { redis, to, owner }: HeldKeyspace,
  partition: number,
  origin: string,
  found: Exclude<TargetFinding, 'foreign'>,
): Promise<boolean> {
  const args = [owner, origin, UNFINISHED, found];
  return answerOf(await lockScript(redis, [lockKeys(to).ofPartition(partition)], args)) === 'locked';
}

/** Leaves a keyspace that was empty as it was, before anything else is written. @throws TakenOverError */
export async function giveUpTarget(held: HeldKeyspace, partitions: number): Promise<void> {
  await releaseTags(held);
  await clearControls(held, partitions);
}

async function clearControls(held: HeldKeyspace, partitions: number): Promise<void> {
  for (let partition = 0; partition < partitions; partition++) {
    const lock = lockKeys(held.to).ofPartition(partition);
    await clearHeld(held, lock, [lock]);
  }
}

/** Gives up the locks beside those of the partitions. @throws TakenOverError */
export async function releaseTags(held: HeldKeyspace): Promise<void> {
  const { ofOrders, ofIntake } = lockKeys(held.to);
  for (const lock of [ofOrders, ofIntake]) await clearHeld(held, lock, [lock]);
}

/** Takes away what an attempt that was cut off has written. @throws TakenOverError */
export async function clearTarget(held: HeldKeyspace, partitions: number): Promise<void> {
  const { redis, to } = held;
  const locks = lockKeys(to);
  for await (const { partition, ids } of readSubscribers(redis, to, partitions)) {
    const { state } = partitionKeys(to, partition);
    await clearHeld(held, locks.ofPartition(partition), ids.map(state));
  }
  for (let partition = 0; partition < partitions; partition++) {
    const { wheelSlot, band, outbox, qualityHour } = partitionKeys(to, partition);
    await clearHeld(held, locks.ofPartition(partition), [
      outbox,
      band('high'),
      band('medium'),
      ...Array.from({ length: SLOTS_PER_DAY }, (_, slot) => wheelSlot(slot)),
      ...Array.from({ length: HOURS_KEPT }, (_, place) => qualityHour(place)),
    ]);
  }
  const desk = createOrderKeys(to);
  let cursor = '0';
  do {
    const [next, found] = await redis.hscan(desk.bodies, cursor, 'COUNT', 200);
    const texts = found.filter((_, place) => place % 2 === 1);
    const subscribers = texts.map((text) => rekeyOrder(text, () => undefined).subscriberId);
    await clearHeld(held, locks.ofOrders, subscribers.map(desk.ofSubscriber));
    cursor = next;
  } while (cursor !== '0');
  const { bodies, versions, episodes, all, open, outbox, parked, positions } = desk;
  const states = tmfStates.map((state) => desk.ofState(state));
  await clearHeld(held, locks.ofOrders, [bodies, versions, episodes, all, open, outbox, parked, positions, ...states]);
}
