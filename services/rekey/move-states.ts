import type { RiskBand } from '../core/risk/risk.ts';
import { decodeSubscriber, encodeSubscriber } from '../core/subscriber/subscriber-codec.ts';
import { HOURS_KEPT } from '../core/quality/quality-hour.ts';
import { partitionKeys } from '../platform/redis/partition-keys.ts';
import { loadScript } from '../platform/redis/script.ts';
import { copyHeld, lockKeys, writeHeld } from './held-lock.ts';
import type { HeldKeyspace } from './held-lock.ts';
import type { NameChange } from './name-change.ts';
import { readSubscribers } from './read-subscribers.ts';
import type { SubscriberPage } from './read-subscribers.ts';
import { rekeyState } from './rekey-state.ts';

const writeScript = loadScript(new URL('./scripts/write-states-n.lua', import.meta.url));

export interface MoveStatesDeps extends HeldKeyspace {
  readonly from: string;
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
  readonly states: { readonly id: string; readonly value: Buffer; readonly band: RiskBand }[];
}

/** Writes every subscriber's state into the partition where the new name belongs, with the daily wheel and bands. @throws TakenOverError */
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
    const lock = lockKeys(to).ofPartition(partition);
    const places = Array.from({ length: HOURS_KEPT }, (_, place) => place);
    await Promise.all(places.map((place) => copyHeld(deps, lock, old.qualityHour(place), now.qualityHour(place))));
  }
}

function arrivalsOf({ partition: old, ids, states }: SubscriberPage, deps: MoveStatesDeps): Map<number, Arrivals> {
  const { names, partitionOf, versionOf } = deps;
  const byPartition = new Map<number, Arrivals>();
  ids.forEach((oldId, place) => {
    const stored = states[place];
    const newId = names.newIdOf(oldId);
    const partition = newId === undefined ? old : partitionOf(newId);
    const id = newId ?? oldId;
    const arrivals: Arrivals = byPartition.get(partition) ?? { members: [], states: [] };
    byPartition.set(partition, arrivals);
    arrivals.members.push(id);
    if (stored === undefined) return;
    const state = rekeyState(decodeSubscriber(stored), {
      newHashOf: names.newHashOf,
      versionOf: (version) => versionOf(version, old, partition),
    });
    const value = encodeSubscriber(state);
    arrivals.states.push({
      id,
      value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
      band: state.risk.band,
    });
  });
  return byPartition;
}

async function write(page: SubscriberPage, partition: number, arrivals: Arrivals, deps: MoveStatesDeps): Promise<void> {
  const { to, slotOf } = deps;
  const { members, states } = arrivals;
  const keys = partitionKeys(to, partition);
  await writeHeld(
    writeScript,
    deps,
    [
      lockKeys(to).ofPartition(partition),
      keys.wheelSlot(slotOf(page.slotOfDay, page.partition)),
      keys.band('high'),
      keys.band('medium'),
      ...states.map(({ id }) => keys.state(id)),
    ],
    [members.length, ...members, ...states.map(({ value }) => value), ...states.flatMap(({ id, band }) => [id, band])],
  );
}
