import type { RiskBand } from '../core/risk/risk.ts';
import { decodeSubscriber, encodeSubscriber } from '../core/subscriber/subscriber-codec.ts';
import { HOURS_KEPT } from '../core/quality/quality-hour.ts';
import { partitionKeys } from '../platform/redis/partition-keys.ts';
import type { RedisClient } from '../platform/redis/redis-client.ts';
import { copyKey } from './copy-keys.ts';
import type { NameChange } from './name-change.ts';
import { readSubscribers } from './read-subscribers.ts';
import type { SubscriberPage } from './read-subscribers.ts';
import { rekeyState } from './rekey-state.ts';

export interface MoveStatesDeps {
  readonly redis: RedisClient;
  readonly from: string;
  readonly to: string;
  readonly partitions: number;
  readonly names: NameChange;
  /** Where Kafka's partitioner puts a key. */
  readonly partitionOf: (key: string) => number;
  readonly versionOf: (version: number, fromPartition: number, toPartition: number) => number | undefined;
  /** The slot of the day that one of a partition's has from now on. */
  readonly slotOf: (slotOfDay: number, partition: number) => number;
  readonly onMoved: (count: number) => void;
}

/** Writes of one page into one partition of the new keyspace. */
interface Arrivals {
  readonly members: string[];
  readonly states: (string | Buffer)[];
  readonly bands: { readonly id: string; readonly band: RiskBand }[];
}

/** Writes every subscriber's state into the partition where the new name belongs, with the daily wheel and bands. */
export async function moveStates(deps: MoveStatesDeps): Promise<void> {
  const { redis, from, to, partitions } = deps;
  for await (const page of readSubscribers(redis, from, partitions)) {
    await Promise.all(
      Array.from(arrivalsOf(page, deps), ([partition, arrivals]) => write(page, partition, arrivals, deps)),
    );
    deps.onMoved(page.ids.length);
  }
  for (let partition = 0; partition < partitions; partition++) {
    const [old, now] = [partitionKeys(from, partition), partitionKeys(to, partition)];
    const places = Array.from({ length: HOURS_KEPT }, (_, place) => place);
    await Promise.all(places.map((place) => copyKey(redis, old.qualityHour(place), now.qualityHour(place))));
  }
}

function arrivalsOf({ partition: old, ids, states }: SubscriberPage, deps: MoveStatesDeps): Map<number, Arrivals> {
  const { names, partitionOf, versionOf, to } = deps;
  const byPartition = new Map<number, Arrivals>();
  ids.forEach((oldId, place) => {
    const stored = states[place];
    const newId = names.newIdOf(oldId);
    const partition = newId === undefined ? old : partitionOf(newId);
    const id = newId ?? oldId;
    const arrivals: Arrivals = byPartition.get(partition) ?? { members: [], states: [], bands: [] };
    byPartition.set(partition, arrivals);
    arrivals.members.push(id);
    if (stored === undefined) return;
    const state = rekeyState(decodeSubscriber(stored), {
      newHashOf: names.newHashOf,
      versionOf: (version) => versionOf(version, old, partition),
    });
    // The encoder's bytes are overwritten by the next ones.
    arrivals.states.push(partitionKeys(to, partition).state(id), Buffer.from(encodeSubscriber(state)));
    arrivals.bands.push({ id, band: state.risk.band });
  });
  return byPartition;
}

/** The wheel first: what a cut off attempt has written can then be found by it. */
async function write(page: SubscriberPage, partition: number, arrivals: Arrivals, deps: MoveStatesDeps): Promise<void> {
  const { redis, to, slotOf } = deps;
  const keys = partitionKeys(to, partition);
  await redis.rpush(keys.wheelSlot(slotOf(page.slotOfDay, page.partition)), ...arrivals.members);
  const further: Promise<unknown>[] = [];
  if (arrivals.states.length > 0) further.push(redis.mset(...arrivals.states));
  for (const band of ['high', 'medium'] as const) {
    const members = arrivals.bands.filter((arrival) => arrival.band === band).flatMap(({ id }) => [0, id]);
    if (members.length > 0) further.push(redis.zadd(keys.band(band), ...members));
  }
  await Promise.all(further);
}
