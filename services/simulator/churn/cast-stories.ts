import type { Population } from '../population/build-population.ts';
import type { Subscriber } from '../population/subscriber.ts';
import { integerBetween } from '../random/distributions.ts';
import { PURPOSE } from '../random/purposes.ts';
import { openRandom } from '../random/random.ts';
import type { Random } from '../random/random.ts';
import { FARMING_CHANNELS } from '../world/catalogue.ts';
import { planAbruptStop } from './abrupt-stop.ts';
import { planFarmedSims } from './farmed-sims.ts';
import type { Mechanism } from './ground-truth.ts';
import { planLeaveAndRejoin } from './leave-and-rejoin.ts';
import { planPriceShock } from './price-shock.ts';
import { planRivalPoaching } from './rival-poaching.ts';
import { planSecondSim } from './second-sim.ts';
import { planServicePain } from './service-pain.ts';
import { planSlowFade } from './slow-fade.ts';
import type { Stage } from './stage.ts';
import type { Story } from './story.ts';

/** Share of the population that each mechanism takes over the whole period. Farmed SIMs come on top of the population. */
export type MechanismShares = Readonly<Record<Mechanism, number>>;

export const DEFAULT_SHARES: MechanismShares = {
  slow_fade: 0.025,
  abrupt_stop: 0.015,
  price_shock: 0.015,
  service_pain: 0.015,
  rival_poaching: 0.015,
  second_sim: 0.015,
  leave_and_rejoin: 0.01,
  farmed_sim: 0.015,
};

/** Below this the fall of a mechanism could not be told from chance. */
const LIVELY_CALLS_PER_DAY = 0.7;
const LARGEST_POACHED_CIRCLE = 5;

/** Gives subscribers their stories, by index; adds those who come in by a story to the population. */
export function castStories(population: Population, stage: Stage, shares: MechanismShares): ReadonlyMap<number, Story> {
  const { subscribers } = population;
  const base = subscribers.length;
  const stories = new Map<number, Story>();
  const countOf = (mechanism: Mechanism): number => Math.round(shares[mechanism] * base);
  const mechanismRandom = (ordinal: number, subscriber: Subscriber): Random =>
    openRandom(stage.seed, PURPOSE.mechanism, ordinal, subscriber.index);
  const isFree = ({ index, activatedAtMs }: Subscriber): boolean =>
    activatedAtMs < stage.period.startMs && !stories.has(index);
  const choose = (ordinal: number, count: number, fits: (subscriber: Subscriber) => boolean): readonly Subscriber[] =>
    inRandomOrder(openRandom(stage.seed, PURPOSE.mechanism, ordinal), subscribers.slice(0, base))
      .filter((subscriber) => isFree(subscriber) && fits(subscriber))
      .slice(0, count);

  castPoaching(population, stage, countOf('rival_poaching'), { isFree, stories });
  for (const subscriber of choose(1, countOf('price_shock'), ({ plan }) => plan.paymentType === 'postpaid')) {
    const { story, contract } = planPriceShock(mechanismRandom(1, subscriber), subscriber, stage);
    subscribers[subscriber.index] = { ...subscriber, contract };
    stories.set(subscriber.index, story);
  }
  for (const subscriber of choose(2, countOf('second_sim'), isLively)) {
    stories.set(subscriber.index, planSecondSim(mechanismRandom(2, subscriber), subscriber, stage));
  }
  for (const subscriber of choose(3, countOf('slow_fade'), isLively)) {
    stories.set(subscriber.index, planSlowFade(mechanismRandom(3, subscriber), subscriber, stage));
  }
  for (const subscriber of choose(4, countOf('service_pain'), isLively)) {
    stories.set(subscriber.index, planServicePain(mechanismRandom(4, subscriber), subscriber, stage));
  }
  for (const subscriber of choose(5, countOf('leave_and_rejoin'), isLively)) {
    const { story, successor } = planLeaveAndRejoin(
      mechanismRandom(5, subscriber),
      subscriber,
      stage,
      subscribers.length,
    );
    subscribers.push(successor);
    stories.set(subscriber.index, story);
  }
  for (const subscriber of choose(6, countOf('abrupt_stop'), isLively)) {
    stories.set(subscriber.index, planAbruptStop(mechanismRandom(6, subscriber), subscriber, stage));
  }
  castFarms(population, stage, countOf('farmed_sim'), stories);
  return stories;
}

function castPoaching(
  { units, subscribers }: Population,
  stage: Stage,
  count: number,
  cast: { readonly isFree: (subscriber: Subscriber) => boolean; readonly stories: Map<number, Story> },
): void {
  let left = count;
  for (const unit of inRandomOrder(openRandom(stage.seed, PURPOSE.mechanism, 7), units)) {
    if (left < 2) return;
    const members = unit.members
      .flatMap((member) => subscribers.slice(member, member + 1))
      .filter((member) => cast.isFree(member) && isLively(member))
      .slice(0, Math.min(left, LARGEST_POACHED_CIRCLE));
    if (members.length < 2) continue;
    const random = openRandom(stage.seed, PURPOSE.mechanism, 7, unit.number);
    for (const [place, story] of planRivalPoaching(random, members, stage).entries()) {
      const member = members[place];
      if (member !== undefined) cast.stories.set(member.index, story);
    }
    left -= members.length;
  }
}

function castFarms(population: Population, stage: Stage, count: number, stories: Map<number, Story>): void {
  const random = openRandom(stage.seed, PURPOSE.farm);
  for (let farmNumber = 0, left = count; left >= 3; farmNumber += 1) {
    const size = left < 6 ? left : integerBetween(random, 3, Math.min(8, left - 3));
    const channel = FARMING_CHANNELS[farmNumber % FARMING_CHANNELS.length];
    if (channel === undefined) return;
    const farmed = planFarmedSims(random, stage, {
      firstIndex: population.subscribers.length,
      count: size,
      farmNumber,
      channel,
      area: population.areas[farmNumber % population.areas.length] ?? population.areas[0],
    });
    for (const { subscriber, story } of farmed) {
      population.subscribers.push(subscriber);
      stories.set(subscriber.index, story);
    }
    left -= size;
  }
}

function isLively({ habits }: Subscriber): boolean {
  return habits.callsOutPerDay >= LIVELY_CALLS_PER_DAY && habits.callsInPerDay >= LIVELY_CALLS_PER_DAY;
}

function inRandomOrder<T>(random: Random, items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, rank: random.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
