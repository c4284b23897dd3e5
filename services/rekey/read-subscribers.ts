import { SLOTS_PER_DAY } from '../core/time/daily-moment.ts';
import { partitionKeys } from '../platform/redis/partition-keys.ts';
import type { RedisClient } from '../platform/redis/redis-client.ts';

const AT_ONCE = 500;
/** Sent together: a divisor of the slots of a day. */
const SLOTS_AT_ONCE = 48;

/** Subscribers of one partition who are scored in one slot of the day, in its order. */
export interface SubscriberPage {
  readonly partition: number;
  readonly slotOfDay: number;
  readonly ids: readonly string[];
  /** In the order of the ids; undefined for one without a state. */
  readonly states: readonly (Uint8Array | undefined)[];
}

/** Everyone whom a keyspace knows, with states. The daily wheel is the list of them: each is in it once. */
export async function* readSubscribers(
  redis: RedisClient,
  keyspace: string,
  partitions: number,
): AsyncGenerator<SubscriberPage> {
  for (let partition = 0; partition < partitions; partition++) {
    const { wheelSlot, state } = partitionKeys(keyspace, partition);
    const readPage = async (slotOfDay: number, from: number): Promise<SubscriberPage> => {
      const ids = await redis.lrange(wheelSlot(slotOfDay), from, from + AT_ONCE - 1);
      const values = ids.length === 0 ? [] : await redis.mgetBuffer(ids.map(state));
      return { partition, slotOfDay, ids, states: values.map((value) => value ?? undefined) };
    };
    for (let first = 0; first < SLOTS_PER_DAY; first += SLOTS_AT_ONCE) {
      const pages = await Promise.all(Array.from({ length: SLOTS_AT_ONCE }, (_, place) => readPage(first + place, 0)));
      for (let page of pages) {
        for (let from = AT_ONCE; page.ids.length > 0; from += AT_ONCE) {
          yield page;
          if (page.ids.length < AT_ONCE) break;
          page = await readPage(page.slotOfDay, from);
        }
      }
    }
  }
}
