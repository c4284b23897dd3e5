import { decodeSubscriber } from '../core/subscriber/subscriber-codec.ts';
import { partitionKeys } from '../platform/redis/partition-keys.ts';
import type { RedisClient } from '../platform/redis/redis-client.ts';
import { createOrderKeys } from '../platform/redis/order-keys.ts';
import { readSubscribers } from './read-subscribers.ts';

/** What a keyspace holds, counted in Redis: the same before and after a change of names. */
export interface Totals {
  readonly subscribers: number;
  /** Members of the daily wheel of whom there is no state. */
  readonly withoutState: number;
  readonly scored: number;
  readonly inBandHigh: number;
  readonly inBandMedium: number;
  /** Episodes ever opened, and those that are open. */
  readonly episodes: number;
  readonly openEpisodes: number;
  readonly orders: number;
  readonly openOrders: number;
  readonly episodesOfOrders: number;
}

/**
 * Reads a keyspace from one end to the other.
 *
 * @param onSubscriber called for each, with the partition. @throws RangeError where a state cannot be read.
 */
export async function survey(
  redis: RedisClient,
  keyspace: string,
  partitions: number,
  onSubscriber: (id: string, partition: number) => void,
): Promise<Totals> {
  let [subscribers, withoutState, scored, episodes, openEpisodes] = [0, 0, 0, 0, 0];
  for await (const { partition, ids, states } of readSubscribers(redis, keyspace, partitions)) {
    ids.forEach((id, place) => {
      subscribers++;
      onSubscriber(id, partition);
      const stored = states[place];
      if (stored === undefined) {
        withoutState++;
        return;
      }
      const { risk } = decodeSubscriber(stored);
      episodes += risk.episode;
      if (risk.episodeOpen) openEpisodes++;
      if (risk.riskScore !== undefined) scored++;
    });
  }
  let [inBandHigh, inBandMedium] = [0, 0];
  for (let partition = 0; partition < partitions; partition++) {
    const { band } = partitionKeys(keyspace, partition);
    inBandHigh += await redis.zcard(band('high'));
    inBandMedium += await redis.zcard(band('medium'));
  }
  const desk = createOrderKeys(keyspace);
  const [orders, openOrders, episodesOfOrders] = [
    await redis.hlen(desk.bodies),
    await redis.zcard(desk.open),
    await redis.hlen(desk.episodes),
  ];
  return {
    subscribers,
    withoutState,
    scored,
    inBandHigh,
    inBandMedium,
    episodes,
    openEpisodes,
    orders,
    openOrders,
    episodesOfOrders,
  };
}
