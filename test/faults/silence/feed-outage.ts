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
import { expectedOutcome } from '../verdict/expected-outcome.ts';
import { judge } from '../verdict/judge.ts';
import { openWrongClock } from './clock/wrong-clock.ts';
import { compareWithUndisturbed } from './compare-undisturbed.ts';
import { deliver } from './deliver.ts';
import { collectFeedAlarms } from './feed-alarms.ts';
import { PARTITIONS, look, partitionOf } from './look-at-outage.ts';
import type { Stage } from './look-at-outage.ts';
import { planOutages } from './outage-lives.ts';
import type { OutagePlan, PlannedOutage } from './outage-lives.ts';
import { STALE_AFTER_HOURS } from './outages.ts';
import { outcomeOfLog } from './undisturbed.ts';

const HOUR_MS = 3_600_000;
/** Told by the count of looks. */
const NOT_CHECKED = { looks: 0, differences: [] };
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
  const promtool = await preparePromtool();
  if ('notRun' in promtool) context.progress(promtool.notRun);
  const alerted = 'command' in promtool ? alarms.check(shop.directory, promtool.command) : NOT_CHECKED;
  return {
    ...verdict,
    injected: countBy(plan.outages.map(({ outage }) => outage.name)),
    compared: {
      ...verdict.compared,
      ...comparison.compared,
      'answers over HTTP': seen.answers,
      'looks at the alerts of SREs': alerted.looks,
    },
    differences: [...seen.differences, ...alerted.differences, ...comparison.differences, ...verdict.differences],
    measured: verdict.measured,
  };
}

/** One outage, looked at as it goes on, and the feed's return. */
async function suffer(stage: Stage, { outage, fromMs, toMs }: PlannedOutage): Promise<void> {
  const { shop, plan, lookEveryHours, seen } = stage;
  await look(stage, { atMs: fromMs, isLast: false });
  const before = await alertedOf(shop);
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
  const warned = (await alertedOf(shop)).difference(before);
  const wrongly = [...warned].filter((id) => outage.disturbs(partitionOf(id)));
  if (wrongly.length > 0) seen.differences.push(`warned of in ${outage.name}: ${wrongly.join(', ')}`);
  await deliver(shop, outage.afterwards(plan.life, fromMs));
  // Catching up takes a while.
  await look(stage, { atMs: toMs + HOUR_MS, isLast: true });
}

async function alertedOf(shop: Installation): Promise<Set<string>> {
  return new Set((await alertsOf(shop)).map(({ score }) => score.subscriberId));
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
