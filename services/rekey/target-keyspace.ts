import { SLOTS_PER_DAY } from '../core/time/daily-moment.ts';
import { HOURS_KEPT } from '../core/quality/quality-hour.ts';
import { tmfStates } from '../core/work-orders/tmf-state.ts';
import { partitionKeys } from '../platform/redis/partition-keys.ts';
import type { RedisClient } from '../platform/redis/redis-client.ts';
import { orderLayout } from './order-layout.ts';
import { readSubscribers } from './read-subscribers.ts';
import { rekeyOrder } from './rekey-order.ts';

/**
 * In place of the number of partitions while a keyspace is not complete. Services hold that to the topic's number at
 * their start, and end with code 78: none can work on half of the subscribers.
 */
export const UNFINISHED = 'unfinished (npm run rekey has to be run to its end)';
/** Field of the control hash that says where a keyspace came from. */
const ORIGIN = 'rekeyed';

export type TargetFinding = 'empty' | 'unfinished' | 'complete' | 'foreign';

/** What stands in the keyspace that is to be filled. @param origin as `lockTarget` wrote it. */
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
  if (own > 0 && own + empty === partitions) return 'unfinished';
  const { bodies, positions } = orderLayout(keyspace);
  const isDeskEmpty = (await redis.exists(bodies, positions)) === 0;
  return empty === partitions && isDeskEmpty ? 'empty' : 'foreign';
}

export async function lockTarget(
  redis: RedisClient,
  keyspace: string,
  partitions: number,
  origin: string,
): Promise<void> {
  for (let partition = 0; partition < partitions; partition++) {
    await redis.hset(partitionKeys(keyspace, partition).control, 'partitions', UNFINISHED, ORIGIN, origin);
  }
}

/** What a partition begins with under the new names. */
export interface PartitionStart {
  readonly nextOffset: bigint;
  readonly record: string;
}

/** The last step: from the last of these writes on, services take the keyspace. */
export async function unlockTarget(
  redis: RedisClient,
  keyspace: string,
  starts: readonly PartitionStart[],
): Promise<void> {
  for (const [partition, { nextOffset, record }] of starts.entries()) {
    const fields = { seq: '0', next: nextOffset.toString(), record, partitions: String(starts.length) };
    await redis.hset(partitionKeys(keyspace, partition).control, fields);
  }
}

/** Takes away what an attempt that was cut off has written. */
export async function clearTarget(redis: RedisClient, keyspace: string, partitions: number): Promise<void> {
  for await (const { partition, ids } of readSubscribers(redis, keyspace, partitions)) {
    const { state } = partitionKeys(keyspace, partition);
    await redis.unlink(ids.map(state));
  }
  for (let partition = 0; partition < partitions; partition++) {
    const { wheelSlot, band, outbox, qualityHour } = partitionKeys(keyspace, partition);
    await redis.unlink([
      outbox,
      band('high'),
      band('medium'),
      ...Array.from({ length: SLOTS_PER_DAY }, (_, slot) => wheelSlot(slot)),
      ...Array.from({ length: HOURS_KEPT }, (_, place) => qualityHour(place)),
    ]);
  }
  const desk = orderLayout(keyspace);
  let cursor = '0';
  do {
    const [next, found] = await redis.hscan(desk.bodies, cursor, 'COUNT', 200);
    const bodies = found.filter((_, place) => place % 2 === 1);
    const subscribers = bodies.map((body) => rekeyOrder(body, () => undefined).subscriberId);
    if (subscribers.length > 0) await redis.unlink(subscribers.map(desk.ofSubscriber));
    cursor = next;
  } while (cursor !== '0');
  const { bodies, versions, episodes, all, open, outbox, parked, positions } = desk;
  const states = tmfStates.map((state) => desk.ofState(state));
  await redis.unlink([bodies, versions, episodes, all, open, outbox, parked, positions, ...states]);
}
