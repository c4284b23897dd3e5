import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../support/until.ts';
import type { WatchedService } from '../../support/watched-service.ts';
import type { FaultScenario, ScenarioContext, ScenarioResult } from '../scenario.ts';
import { tooLong } from '../too-long.ts';
import { createCrew } from './crew.ts';
import { lagOf } from '../../support/installation-state.ts';
import { conclude, openBusyShop } from './shop-under-load.ts';
import { startSteadyLoad } from './steady-load.ts';
import { watchProgress } from './watch-progress.ts';

const MEMBERS = 3;
const LONGEST_PAUSE_MS = 5_000;
/** After the last one is ready, so that its own rebalance is seen to its end. */
const AFTERMATH_MS = 2_000;
const SIZES = {
  small: { rounds: 1, recordsPerSecond: 300, subscribers: 24 },
  full: { rounds: 2, recordsPerSecond: 1_000, subscribers: 100 },
} as const;
/** As it is shipped: members of long sessions send heartbeats, and hear of a rebalance, less often. */
const SHIPPED_SESSION = { CHURN_SESSION_TIMEOUT_MS: '30000' };

export const rollingRestart: FaultScenario = {
  name: 'rolling-restart',
  isAlone: true,
  promise:
    'three scorers restarted one after the other: no partition pauses for more than 5 s, nothing is lost or doubled',
  run: restartAll,
};

async function restartAll(context: ScenarioContext): Promise<ScenarioResult> {
  const { rounds, recordsPerSecond, subscribers } = SIZES[context.size];
  const { shop, log } = await openBusyShop(context, { partitions: 6, subscribers });
  const crew = createCrew(shop, SHIPPED_SESSION);
  const members = await Promise.all(Array.from({ length: MEMBERS }, () => crew.join()));
  await Promise.all(members.map((member) => member.untilReady()));
  const load = startSteadyLoad(shop, log, { recordsPerSecond, signal: context.signal });
  await until('the history is settled', async () => (await lagOf(shop)) < recordsPerSecond);

  const watch = watchProgress(shop);
  const differences: string[] = [];
  let restarts = 0;
  let longestStopMs = 0;
  for (let round = 0; round < rounds; round++) {
    for (const [place, member] of members.entries()) {
      const { how, afterMs } = await member.stopped();
      if (how !== 'exit code 0') differences.push(`${member.name} ended with ${how} at SIGTERM`);
      longestStopMs = Math.max(longestStopMs, afterMs);
      members[place] = await replacement(crew.join());
      restarts++;
      context.progress(`${restarts} of ${rounds * MEMBERS} restarted`);
    }
  }
  await delay(AFTERMATH_MS);
  const pauses = await watch.stop();
  await load.stop();
  pauses.forEach((pauseMs, partition) => {
    differences.push(...tooLong(context.size, `a pause of partition ${partition}`, pauseMs, LONGEST_PAUSE_MS));
  });
  return conclude(
    shop,
    {
      injected: { restarts },
      differences,
      measured: {
        ...Object.fromEntries(
          pauses.map((pauseMs, partition) => [`longest pause of partition ${partition}, s`, pauseMs / 1_000]),
        ),
        'longest stop, s': longestStopMs / 1_000,
        'commits refused': crew.refusals(),
      },
    },
    { orders: false },
  );
}

async function replacement(joining: Promise<WatchedService>): Promise<WatchedService> {
  const member = await joining;
  await member.untilReady();
  return member;
}
