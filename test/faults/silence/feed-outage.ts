import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { alertsOf, sendRecords } from '../../support/installation-log.ts';
import { untilSettled } from '../../support/installation-state.ts';
import { preparePromtool } from '../../support/prepare-promtool.ts';
import { at } from '../../support/regular-life.ts';
import { startRetention, startScorer } from '../../support/scorer-process.ts';
import { stackFor } from '../membership/shop-under-load.ts';
import type { FaultScenario, ScenarioContext, ScenarioResult } from '../scenario.ts';
import { tell } from '../verdict/difference.ts';
import { expectedOutcome } from '../verdict/expected-outcome.ts';
import { judge } from '../verdict/judge.ts';
import { openWrongClock } from './clock/wrong-clock.ts';
import { compareWithUndisturbed } from './compare-undisturbed.ts';
import { deliver } from './deliver.ts';
import { collectFeedAlarms } from './feed-alarms.ts';
import type { FeedAlarms } from './feed-alarms.ts';
import { PARTITIONS, look, partitionOf } from './look-at-outage.ts';
import type { Stage } from './look-at-outage.ts';
import { planOutages } from './outage-lives.ts';
import type { OutagePlan, PlannedOutage } from './outage-lives.ts';
import { STALE_AFTER_HOURS } from './outages.ts';
import { outcomeOfLog } from './undisturbed.ts';

const HOUR_MS = 3_600_000;
const SIZES = {
  small: { subscribers: 40, rounds: 1, scorers: 1, lookEveryHours: 2 },
  full: { subscribers: 300, rounds: 2, scorers: 2, lookEveryHours: 1 },
} as const;

export const feedOutage: FaultScenario = {
  name: 'feed-outage',
  promise:
    'a feed that stops, is late or loses its marks, and all feeds that stop: nobody is warned of for it, answers and one SRE alert say so, and what is left equals the undisturbed run',
  run: sufferOutages,
};

async function sufferOutages(context: ScenarioContext): Promise<ScenarioResult> {
  const { subscribers, rounds, scorers: scorerCount, lookEveryHours } = SIZES[context.size];
  const plan = planOutages({ subscribers, rounds });
  const options = { partitions: PARTITIONS, quietDays: 1, ...(await stackFor(context)) };
  const shop = await openInstallation(context, options);
  // For the service that answers, it is the time that the log tells of.
  const clock = openWrongClock(shop.directory, 'retention', at(0) - Date.now());
  const [retention, ...scorers] = await Promise.all([
    // In weeks without anybody at the desk: orders that expire would be outcomes in the log.
    startRetention(shop, { ...clock.settings, CHURN_EXPIRE_AFTER_WORKING_DAYS: '250' }),
    ...Array.from({ length: scorerCount }, () => startScorer(shop)),
  ]);
  const alarms = collectFeedAlarms();
  const seen: Stage['seen'] = { answers: 0, differences: [] };
  const stage: Stage = { shop, plan, scorers, retention, clock, alarms, lookEveryHours, seen };

  let lifeMs = at(0);
  for (const planned of plan.outages) {
    context.progress(planned.outage.name);
    await sendRecords(shop, lives(plan, lifeMs, planned.fromMs));
    await suffer(stage, planned);
    lifeMs = planned.toMs;
  }
  await sendRecords(shop, lives(plan, lifeMs, plan.endMs));
  await untilSettled(shop);

  context.progress('compared');
  const verdict = await judge(shop, await expectedOutcome(shop));
  const undisturbed = await outcomeOfLog(context, options, lives(plan, at(0), plan.endMs));
  const comparison = await compareWithUndisturbed(shop, plan, undisturbed, partitionOf);
  const alerted = await checkAlarms(context, alarms, shop.directory);
  return {
    ...verdict,
    injected: countBy(plan.outages.map(({ outage }) => outage.name)),
    compared: {
      ...verdict.compared,
      ...comparison.compared,
      'answers over HTTP': seen.answers,
      ...alerted.compared,
    },
    differences: [...seen.differences, ...alerted.differences, ...comparison.differences, ...verdict.differences],
    measured: verdict.measured,
  };
}

/** One outage, looked at as it goes on, and the feed's return. */
async function suffer(stage: Stage, { outage, fromMs, toMs }: PlannedOutage): Promise<void> {
  const { shop, plan, lookEveryHours, seen } = stage;
  await look(stage, { atMs: fromMs, isLast: false });
  const before = await warnedOf(shop);
  for (let hour = 0; hour < outage.hours; hour++) {
    await deliver(shop, outage.during(plan.life, fromMs, hour));
    const hours = hour + 1;
    if (hours % lookEveryHours !== 0 && hours !== outage.hours) continue;
    const isStale = hours > STALE_AFTER_HOURS;
    const sinceMs = outage.completeThroughMs(fromMs, hours);
    if (outage.reorders) {
      const staleIn = (partition: number): boolean => isStale && outage.disturbs(partition);
      const sees = {
        notice: { cause: 'feed_behind', feed: 'voice', sinceMs },
        alarm: { alertname: 'ChurnFeedStale', feed: 'voice' },
      };
      await look(stage, { atMs: fromMs + hours * HOUR_MS, isLast: false, staleIn, ...(isStale ? sees : {}) });
    } else {
      const notice = isStale ? { cause: 'log_behind', sinceMs } : undefined;
      // Alerts are asked for half an hour later, and the clock goes on where the log does not.
      const alarm = hours >= STALE_AFTER_HOURS ? { alertname: 'ChurnFeedsStopped' } : undefined;
      await look(stage, { atMs: fromMs + hours * HOUR_MS, isLast: false, notice, alarm });
    }
  }
  const fresh = [...(await warnedOf(shop))].filter(([alertId]) => !before.has(alertId));
  const wrongly = fresh.filter(([, subscriberId]) => outage.disturbs(partitionOf(subscriberId)));
  seen.differences.push(
    ...tell(
      `alerts raised in ${outage.name}`,
      wrongly.map(([alertId]) => alertId),
    ),
  );
  await deliver(shop, outage.afterwards(plan.life, fromMs));
  // Catching up takes a while.
  await look(stage, { atMs: toMs + HOUR_MS, isLast: true });
}

/** Subscribers by the alerts about them: one may be warned of again. */
async function warnedOf(shop: Installation): Promise<Map<string, string>> {
  return new Map((await alertsOf(shop)).map(({ alertId, score }) => [alertId, score.subscriberId]));
}

/** Without promtool the alerts of SREs are not shown: a full run is not kept then, a small one says so. */
async function checkAlarms(
  { size }: ScenarioContext,
  alarms: FeedAlarms,
  directory: string,
): Promise<Pick<ScenarioResult, 'compared' | 'differences'>> {
  const promtool = await preparePromtool();
  if ('command' in promtool) {
    const { looks, differences } = alarms.check(directory, promtool.command);
    return { compared: { 'looks at the alerts of SREs': looks }, differences };
  }
  return {
    compared: { [`looks at the alerts of SREs, not run: ${promtool.notRun}`]: 0 },
    differences: size === 'full' ? [`the alerts of SREs: ${promtool.notRun}`] : [],
  };
}

function* lives({ life }: OutagePlan, fromMs: number, toMs: number): Generator<LogRecord> {
  for (let hourMs = fromMs; hourMs < toMs; hourMs += HOUR_MS) yield* life(hourMs);
}

function countBy(names: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    Map.groupBy(names, (name) => name)
      .entries()
      .map(([name, all]) => [name, all.length]),
  );
}
