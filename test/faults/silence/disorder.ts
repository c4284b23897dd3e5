import { AssertionError } from 'node:assert/strict';
import { createSimulation } from '../../../services/simulator/simulation.ts';
import { pseudonymOf, sharesTimes } from '../../simulator/small-simulation.ts';
import { assertFeaturesOfRawEvents } from '../../support/feature-comparison.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { sendRecords } from '../../support/installation-log.ts';
import { subscribersOf, untilSettled } from '../../support/installation-state.ts';
import { startScorer } from '../../support/scorer-process.ts';
import type { RunningService } from '../../support/scorer-process.ts';
import { stackFor } from '../membership/shop-under-load.ts';
import type { FaultScenario, ScenarioContext, ScenarioResult } from '../scenario.ts';
import { expectedOutcome } from '../verdict/expected-outcome.ts';
import { judge } from '../verdict/judge.ts';
import { untilShown, wrongMetrics, wrongTotals } from './disorder-totals.ts';
import { disorderedLog } from './disordered-log.ts';
import type { DisorderedLog, Pause } from './disordered-log.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TIME_ZONE = 'Asia/Shanghai';
const START_MS = Date.parse('2025-01-06T00:00:00+08:00');
const MARK_INTERVAL_MS = 3 * HOUR_MS;
const SIZES = {
  small: { subscribers: 30, days: 40, scorers: 1 },
  full: { subscribers: 200, days: 75, scorers: 2 },
} as const;
const DAYS_BETWEEN_PAUSES = 5;
const SETTLED_WITHIN_MS = 240_000;

/** Every other pause is a restart. */
function pausesOf(days: number): Pause[] {
  return Array.from({ length: Math.ceil(days / DAYS_BETWEEN_PAUSES) - 1 }, (_, i) => ({
    atMs: START_MS + (i + 1) * DAYS_BETWEEN_PAUSES * DAY_MS,
    restarts: i % 2 === 1,
  }));
}

export const disorder: FaultScenario = {
  name: 'disorder',
  promise:
    'a fifth of the events shuffled by up to 48 h, 5 % repeated in every way, some beyond the limit: totals and features are those of the events taken once, and what is too late is parked and counted',
  run: sufferDisorder,
};

async function sufferDisorder(context: ScenarioContext): Promise<ScenarioResult> {
  const { subscribers, days, scorers: scorerCount } = SIZES[context.size];
  const simulation = createSimulation({
    seed: context.seed,
    subscribers,
    days,
    startMs: START_MS,
    utcOffsetMinutes: 480,
    markIntervalMs: MARK_INTERVAL_MS,
    mechanismShares: sharesTimes(3),
    pseudonymOf,
  });
  const pauses = pausesOf(days);
  const log = disorderedLog(simulation.records(), { seed: context.seed + 1, pauses, endMs: simulation.endMs });
  const shop = await openInstallation(context, {
    partitions: 3,
    quietDays: 4,
    policy: { timeZone: TIME_ZONE, warmUpDays: 7 },
    ...(await stackFor(context)),
  });
  const start = (): Promise<RunningService[]> =>
    Promise.all(Array.from({ length: scorerCount }, () => startScorer(shop)));
  let scorers = await start();
  let restarts = 0;
  const shown = new Map<string, number>();
  for (const [i, piece] of log.pieces.entries()) {
    await sendRecords(shop, piece);
    await untilSettled(shop, SETTLED_WITHIN_MS);
    context.progress(`${i + 1} of ${log.pieces.length} pieces delivered`);
    const isLast = i === log.pieces.length - 1;
    if (!isLast && pauses[i]?.restarts !== true) continue;
    await untilShown(shop, scorers, shown);
    if (isLast) break;
    for (const scorer of scorers) await scorer.kill();
    restarts += scorers.length;
    scorers = await start();
  }

  const features = await compareFeatures(shop, log, simulation.endMs + 2 * DAY_MS);
  const verdict = await judge(shop, await expectedOutcome(shop), { orders: false });
  return {
    ...verdict,
    injected: { ...log.done, 'scorers killed': restarts },
    compared: { ...verdict.compared, "subscribers' features with the raw events": features.subscribers },
    differences: [
      ...(await wrongTotals(shop, log)),
      ...wrongMetrics(shown, log),
      ...Object.entries(log.done).flatMap(([what, count]) => (count === 0 ? [`nothing was ${what}`] : [])),
      ...features.differences,
      ...verdict.differences,
    ],
    measured: { ...verdict.measured, 'events taken once': log.accepted.length },
  };
}

/** Every feature of everybody against a plain recomputation from the events that count. */
async function compareFeatures(
  shop: Installation,
  { accepted }: DisorderedLog,
  asOfMs: number,
): Promise<{ readonly subscribers: number; readonly differences: readonly string[] }> {
  const states = await subscribersOf(shop);
  const events = Map.groupBy(accepted, ({ subscriberId }) => subscriberId);
  try {
    assertFeaturesOfRawEvents(states, events, { timeZone: TIME_ZONE, asOfMs });
    return { subscribers: events.size, differences: [] };
  } catch (error) {
    if (!(error instanceof AssertionError)) throw error;
    return { subscribers: events.size, differences: [`features that differ from the raw events: ${error.message}`] };
  }
}
