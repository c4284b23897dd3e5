import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { SLOT_MS, dailySlotOf } from '../../../services/core/time/daily-moment.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { alertsOf, sendRecords } from '../../support/installation-log.ts';
import { storedStatesOf, subscribersOf, untilSettled } from '../../support/installation-state.ts';
import { at, people } from '../../support/regular-life.ts';
import { startScorer } from '../../support/scorer-process.ts';
import { stackFor } from '../membership/shop-under-load.ts';
import type { FaultScenario, ScenarioContext, ScenarioResult } from '../scenario.ts';
import { differing, tell } from '../verdict/difference.ts';
import { expectedOutcome } from '../verdict/expected-outcome.ts';
import { judge } from '../verdict/judge.ts';
import { dailyLife } from './daily-life.ts';
import { outcomeOfLog } from './undisturbed.ts';

const DAY_MS = 86_400_000;
const SIZES = { small: { everybody: 400, stop: 60 }, full: { everybody: 4_000, stop: 1_000 } } as const;
/** A day without a call is nothing, two in a row are high risk. */
const QUIET_DAYS = 1;
/** Nothing happens to those who stop from this day on; their last call is of the day before. */
const STOP_DAY = 4;
/** The first day on which the model takes them for silent. */
const SILENT_DAY = STOP_DAY + QUIET_DAYS;
const END_DAY = SILENT_DAY + 2;
const NOBODY: ReadonlySet<string> = new Set();

export const silence: FaultScenario = {
  name: 'silence',
  promise:
    'whoever stops while the rest go on is at high risk within a day of event time and the wheel’s period, and nobody else’s state differs by a bit',
  run: stopSome,
};

async function stopSome(context: ScenarioContext): Promise<ScenarioResult> {
  const { everybody, stop } = SIZES[context.size];
  const subscriberIds = people(everybody);
  const stopped = new Set(
    subscriberIds.filter((_, place) => place % Math.floor(everybody / stop) === 0).slice(0, stop),
  );
  const others = subscriberIds.filter((id) => !stopped.has(id));
  const options = { partitions: 4, quietDays: QUIET_DAYS, ...(await stackFor(context)) };
  const shop = await openInstallation(context, options);
  await startScorer(shop);

  const differences: string[] = [];
  context.progress('some stop');
  // The wheel's first moment of the first silent day is its midnight: an hour before, nobody is silent yet.
  const eveMs = at(SILENT_DAY, -1);
  for (const { fromMs, toMs, absent, high } of [
    { fromMs: at(0), toMs: at(STOP_DAY), absent: NOBODY, high: NOBODY },
    { fromMs: at(STOP_DAY), toMs: eveMs, absent: stopped, high: NOBODY },
    { fromMs: eveMs, toMs: at(SILENT_DAY + 1), absent: stopped, high: stopped },
    { fromMs: at(SILENT_DAY + 1), toMs: at(END_DAY), absent: stopped, high: stopped },
  ]) {
    await sendRecords(shop, dailyLife({ subscriberIds, fromMs, toMs, absent }));
    await untilSettled(shop);
    differences.push(...wrongBands(new Date(toMs).toISOString(), await highOf(shop), high));
  }
  const alerts = await wrongAlerts(shop, stopped);
  const verdict = await judge(shop, await expectedOutcome(shop), { orders: false });

  context.progress('the others are compared');
  const found = only(await storedStatesOf(shop), others);
  const went = { fromMs: at(0), toMs: at(END_DAY) };
  const runs: readonly (readonly [run: string, log: Iterable<LogRecord>])[] = [
    ['in which the others never existed', dailyLife({ subscriberIds: others, ...went })],
    ['in which the others went on', dailyLife({ subscriberIds, ...went })],
  ];
  let compared = 0;
  for (const [run, log] of runs) {
    const { states } = await outcomeOfLog(context, options, log);
    const { missing, surplus, other } = differing(found, only(states, others));
    differences.push(...tell(`states that differ from a run ${run}`, [...missing, ...surplus, ...other]));
    compared += found.size;
  }
  return {
    ...verdict,
    injected: { 'subscribers who stop': stopped.size },
    compared: { ...verdict.compared, 'states of the rest with two other runs': compared },
    differences: [...differences, ...alerts.differences, ...verdict.differences],
    measured: { ...verdict.measured, 'hours from silence to alert, at most': alerts.longestMs / 3_600_000 },
  };
}

async function highOf(shop: Installation): Promise<ReadonlySet<string>> {
  const states = await subscribersOf(shop);
  return new Set([...states].filter(([, { risk }]) => risk.band === 'high').map(([id]) => id));
}

function wrongBands(when: string, found: ReadonlySet<string>, wanted: ReadonlySet<string>): string[] {
  return [
    ...tell(`silent and not at high risk by ${when}`, [...wanted.difference(found)]),
    ...tell(`not silent and at high risk by ${when}`, [...found.difference(wanted)]),
  ];
}

/** Each who stopped has one alert, raised by the wheel at the subscriber's own moment of the first silent day. */
async function wrongAlerts(
  shop: Installation,
  stopped: ReadonlySet<string>,
): Promise<{ readonly differences: string[]; readonly longestMs: number }> {
  const alerts = new Map((await alertsOf(shop)).map((alert) => [alert.alertId, alert]));
  const bySubscriber = new Map([...alerts.values()].map((alert) => [alert.score.subscriberId, alert.score]));
  const late: string[] = [];
  let longestMs = 0;
  for (const [id, { asOfMs, cause }] of bySubscriber) {
    longestMs = Math.max(longestMs, asOfMs - at(SILENT_DAY));
    const isInTime = asOfMs - at(SILENT_DAY) <= DAY_MS + SLOT_MS;
    if (!isInTime || cause !== 'daily' || asOfMs !== at(SILENT_DAY) + dailySlotOf(id) * SLOT_MS) late.push(id);
  }
  return {
    differences: [
      ...tell('who stopped without an alert', [...stopped.difference(bySubscriber)]),
      ...tell(
        'alerts of those who go on',
        [...bySubscriber.keys()].filter((id) => !stopped.has(id)),
      ),
      ...tell('alerts at another moment than the wheel’s', late),
      ...(alerts.size === bySubscriber.size ? [] : ['somebody has two alerts']),
    ],
    longestMs,
  };
}

function only(states: ReadonlyMap<string, string>, ids: readonly string[]): ReadonlyMap<string, string> {
  return new Map(ids.flatMap((id) => (states.has(id) ? [[id, states.get(id) ?? '']] : [])));
}
