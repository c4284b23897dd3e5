import { randomUUID } from 'node:crypto';
import { hash32 } from '../../../services/core/encoding/hash.ts';
import { NEW_PARTITION, formatPartitionRecord } from '../../../services/core/partition/partition-record.ts';
import { encodeSubscriber } from '../../../services/core/subscriber/subscriber-codec.ts';
import { NO_RISK_YET, newSubscriber } from '../../../services/core/subscriber/subscriber-state.ts';
import type { SubscriberState } from '../../../services/core/subscriber/subscriber-state.ts';
import { dailySlotOf } from '../../../services/core/time/daily-moment.ts';
import { createPartitionOf } from '../../../services/platform/kafka/partition.ts';
import { createPartitionStore } from '../../../services/platform/redis/partition-store.ts';
import type { Installation } from '../../support/installation.ts';
import type { ScenarioContext } from '../scenario.ts';
import { dayOf, newNameOf, numbersOf, oldNameOf } from './named-people.ts';
import { killHalfWay, runRekeyProcess } from './rekey-process.ts';

const FROM = 'many-old:';
const TO = 'many-new:';
const AT_ONCE = 2_000;
/** As many days of tiles and contacts as make up a state of more than a kilobyte, as a busy subscriber's. */
const DAYS = 75;
const CONTACTS = 32;
const COUNTERS_A_DAY = 5;
const PRINTS_A_DAY = 5;
const DAYS_WITH_PRINTS = 8;
const CHECKED_EVERY = 997;

export interface ManyMoved {
  readonly kills: number;
  readonly differences: readonly string[];
  readonly measured: Readonly<Record<string, number>>;
}

/** Moves a base of real size, is killed in the midst of it, and moves it again: in how much time and memory? */
export async function moveManySubscribers(
  context: ScenarioContext,
  shop: Installation,
  count: number,
): Promise<ManyMoved> {
  const numbers = numbersOf(count);
  const bytes = await fill(shop, numbers);
  context.progress(`${count} subscribers are there`);
  // Of this keyspace nobody reads alerts: there is no desk.
  const order = { shop, numbers, from: FROM, to: TO };
  let kills = 0;
  await runRekeyProcess(order, async (service) => {
    if (await killHalfWay(shop, TO, service)) kills++;
  });
  const moved = await runRekeyProcess(order);
  const wrong = moved.how === 'exit code 0' ? await wrongOnes(shop, numbers) : [`the move ended with ${moved.how}`];
  return {
    kills,
    differences: [...wrong, ...(kills > 0 ? [] : ['the large move was over before it could be killed'])],
    measured: {
      'subscribers moved at once': count,
      'bytes of state, each': bytes / count,
      'seconds of the large move': moved.seconds,
      'MiB at most, large move': moved.peakMiB,
    },
  };
}

function stateOf(place: number, numbers: readonly string[], nameOf: (number: string) => string): SubscriberState {
  const day = 20_000;
  const party = (i: number): string => numbers[(place * 31 + i * 7_919) % numbers.length] ?? '';
  const tile = (_: unknown, ago: number): SubscriberState['tiles'][number] => ({
    day: day - DAYS + ago,
    mask: 2 ** COUNTERS_A_DAY - 1,
    values: Array.from({ length: COUNTERS_A_DAY }, (__, i) => 1 + ((place + ago + i) % 90)),
    prints:
      DAYS - ago > DAYS_WITH_PRINTS
        ? []
        : Array.from({ length: PRINTS_A_DAY }, (__, i) => place * 1_000 + ago * 10 + i),
  });
  return {
    ...newSubscriber(dayOf(0)),
    lastEventAtMs: dayOf(DAYS),
    lastScoredAtMs: dayOf(DAYS),
    circle: Array.from({ length: CONTACTS }, (_, i) => ({ partyHash: hash32(nameOf(party(i))), lastDay: day - i })),
    tiles: Array.from({ length: DAYS }, tile),
    risk: { ...NO_RISK_YET, riskScore: 0.1 },
  };
}

/** @returns bytes of all states. */
async function fill({ redis, partitions, offsets, topics }: Installation, numbers: readonly string[]): Promise<number> {
  const store = createPartitionStore(redis, FROM, partitions);
  const partitionOf = createPartitionOf(partitions);
  const bounds = await offsets.allBoundsOf(topics.input);
  const places = Map.groupBy(numbers.keys(), (place) => partitionOf(oldNameOf(numbers[place] ?? '')));
  const watermarkMs = dayOf(DAYS);
  let bytes = 0;
  for (let partition = 0; partition < partitions; partition++) {
    const owner = randomUUID();
    let { seq } = await store.acquire(partition, owner);
    const own = places.get(partition) ?? [];
    for (let from = 0; from < own.length || from === 0; from += AT_ONCE) {
      const states = own.slice(from, from + AT_ONCE).map((place) => {
        const value = encodeSubscriber(stateOf(place, numbers, oldNameOf)).slice();
        bytes += value.length;
        return { subscriberId: oldNameOf(numbers[place] ?? ''), value };
      });
      await store.commit(partition, {
        owner,
        expectedSeq: seq++,
        nextOffset: bounds.get(partition)?.endOffset ?? 0n,
        record: formatPartitionRecord({
          ...NEW_PARTITION,
          time: { watermarkMs, highestEventMs: undefined, feeds: { voice: watermarkMs } },
          sweep: { slot: Math.floor(watermarkMs / 300_000) + 1, index: 0 },
        }),
        states,
        outbox: [],
        wheel: states.map(({ subscriberId }) => ({ subscriberId, slotOfDay: dailySlotOf(subscriberId) })),
        bands: [],
        qualityHours: [],
      });
    }
  }
  return bytes;
}

async function wrongOnes({ redis, partitions }: Installation, numbers: readonly string[]): Promise<string[]> {
  const store = createPartitionStore(redis, TO, partitions);
  const partitionOf = createPartitionOf(partitions);
  const isShared = sharedHashes(numbers);
  let wrong = 0;
  for (let place = 0; place < numbers.length; place += CHECKED_EVERY) {
    if (stateOf(place, numbers, oldNameOf).circle.some(({ partyHash }) => isShared.has(partyHash))) continue;
    const id = newNameOf(numbers[place] ?? '');
    const [found] = await store.readStates(partitionOf(id), [id]);
    const wanted = encodeSubscriber(stateOf(place, numbers, newNameOf));
    if (found === undefined || !Buffer.from(wanted).equals(Buffer.from(found))) wrong++;
  }
  return wrong === 0 ? [] : [`${wrong} of the subscribers that were looked at have another state`];
}

/** Hashes of 32 bits under which two numbers were one party: which of them was met is not known. */
function sharedHashes(numbers: readonly string[]): ReadonlySet<number> {
  const seen = new Set<number>();
  const shared = new Set<number>();
  for (const number of numbers) {
    const hash = hash32(oldNameOf(number));
    if (seen.has(hash)) shared.add(hash);
    seen.add(hash);
  }
  return shared;
}
