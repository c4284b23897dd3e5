import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../../models/pipeline/stand-in/random-trees.ts';
import type { Installation } from '../../support/installation.ts';
import { countsOf, lagOf, settledEvents } from '../../support/installation-state.ts';
import { until } from '../../support/until.ts';
import type { WatchedService } from '../../support/watched-service.ts';
import type { FaultScenario, ScenarioContext, ScenarioResult, ScenarioSize } from '../scenario.ts';
import { tooLong } from '../too-long.ts';
import { createCrew } from './crew.ts';
import type { Crew } from './crew.ts';
import { conclude, openBusyShop } from './shop-under-load.ts';
import { startSteadyLoad } from './steady-load.ts';
import { watchProgress } from './watch-progress.ts';

const MEMBERS = 3;
const TURN_MS = 2_000;
const STOP_WITHIN_MS = 10_000;
const RECOVERY_WITHIN_MS = 240_000;
const SIZES = {
  small: { stormMs: 12_000, recordsPerSecond: 300, subscribers: 24 },
  full: { stormMs: 300_000, recordsPerSecond: 500, subscribers: 60 },
} as const;

export const rebalanceStorm: FaultScenario = {
  name: 'rebalance-storm',
  promise: 'scorers that join, leave and are killed every two seconds lose, double and invent nothing, and catch up',
  run: runStorm,
};

async function runStorm(context: ScenarioContext): Promise<ScenarioResult> {
  const { stormMs, recordsPerSecond, subscribers } = SIZES[context.size];
  const { shop, log } = await openBusyShop(context, { partitions: 6, subscribers });
  const crew = createCrew(shop);
  const members = await Promise.all(Array.from({ length: MEMBERS }, () => crew.join()));
  await Promise.all(members.map((member) => member.untilReady()));
  const load = startSteadyLoad(shop, log, { recordsPerSecond, signal: context.signal });
  const watch = watchProgress(shop);
  const before = { assignments: crew.assignments(), settled: settledEvents(await countsOf(shop)) };

  const storm = await rage(context, crew, members, stormMs);
  const settled = settledEvents(await countsOf(shop)) - before.settled;
  const sent = load.sent();
  const pauses = await watch.stop();
  const recoveredMs = await recover(shop, crew, members, recordsPerSecond);
  await load.stop();
  // Some of a short storm are heard of only when it is over: a killed member is waited for as long as its session lasts.
  const assignments = crew.assignments() - before.assignments;

  const differences = [...storm.differences];
  if (assignments === 0) differences.push('the group assigned nothing anew');
  return conclude(
    shop,
    {
      injected: {
        joins: storm.joins,
        'leaves by SIGTERM': storm.stopped,
        'leaves by SIGKILL': storm.killed,
        assignments,
      },
      differences,
      measured: {
        'events sent in the storm': sent,
        'events settled in the storm': settled,
        'longest pause of a partition in the storm, s': Math.max(...pauses) / 1_000,
        'caught up after the storm, s': recoveredMs / 1_000,
        'commits refused': crew.refusals(),
      },
    },
    { orders: false },
  );
}

interface Storm {
  readonly joins: number;
  readonly stopped: number;
  readonly killed: number;
  readonly differences: readonly string[];
}

/** One joins or leaves at each turn, also one that is still joining; `members` is kept up to date. */
async function rage(context: ScenarioContext, crew: Crew, members: WatchedService[], stormMs: number): Promise<Storm> {
  const random = seededRandom(context.seed);
  const leaving: Promise<string[]>[] = [];
  let [joins, stopped, killed] = [0, 0, 0];
  const endAtMs = performance.now() + stormMs;
  while (performance.now() < endAtMs && !context.signal.aborted) {
    await delay(TURN_MS);
    if (members.length < MEMBERS) {
      members.push(await crew.join());
      joins++;
    } else {
      const [leaver] = members.splice(Math.floor(random() * members.length), 1);
      if (leaver === undefined) throw new Error('nobody is left to leave');
      // In turn, so that the shortest storm has both.
      const isKill = (stopped + killed) % 2 === 1;
      if (isKill) killed++;
      else stopped++;
      leaving.push(isKill ? kill(leaver) : stop(leaver, context.size));
    }
    context.progress(`${joins} joined, ${stopped} stopped, ${killed} killed`);
  }
  return { joins, stopped, killed, differences: (await Promise.all(leaving)).flat() };
}

async function kill({ name, process: kept }: WatchedService): Promise<string[]> {
  kept.signal('SIGKILL');
  const how = await kept.ended;
  return how === 'SIGKILL' ? [] : [`${name} was to be killed, and had ended with ${how}`];
}

async function stop(service: WatchedService, size: ScenarioSize): Promise<string[]> {
  // Node ends by itself at a signal that comes while it still loads the program: nothing has begun that could end in order.
  const expected = (await service.isAlive()) ? ['exit code 0'] : ['exit code 0', 'SIGTERM'];
  const { how, afterMs } = await service.stopped();
  const differences = expected.includes(how) ? [] : [`${service.name} ended with ${how} at SIGTERM`];
  return [...differences, ...tooLong(size, `stopping ${service.name}`, afterMs, STOP_WITHIN_MS)];
}

/** Fills the group up and waits until it has less than a second's load before it, while the load goes on. */
async function recover(
  shop: Installation,
  crew: Crew,
  members: WatchedService[],
  recordsPerSecond: number,
): Promise<number> {
  const startedAtMs = performance.now();
  while (members.length < MEMBERS) members.push(await crew.join());
  await Promise.all(members.map((member) => member.untilReady()));
  await until('the lag is made up', async () => (await lagOf(shop)) < recordsPerSecond, {
    withinMs: RECOVERY_WITHIN_MS,
  });
  return performance.now() - startedAtMs;
}
