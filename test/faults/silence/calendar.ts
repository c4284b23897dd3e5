import { AssertionError } from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { SubscriberEvent } from '../../../services/core/events/subscriber-event.ts';
import type { RiskAlert, RiskScore } from '../../../services/core/risk/risk.ts';
import { assertFeaturesOfRawEvents } from '../../support/feature-comparison.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { alertsOf, sendRecords } from '../../support/installation-log.ts';
import { subscribersOf, untilSettled } from '../../support/installation-state.ts';
import { createDeaths } from '../kill/deaths.ts';
import type { Deaths } from '../kill/deaths.ts';
import { startMortal } from '../kill/mortal-service.ts';
import type { KillPoint } from '../kill/points/kill-points.ts';
import { stackFor } from '../membership/shop-under-load.ts';
import type { FaultScenario, ScenarioContext, ScenarioResult, ScenarioSize } from '../scenario.ts';
import { tell } from '../verdict/difference.ts';
import { expectedOutcome } from '../verdict/expected-outcome.ts';
import { judge } from '../verdict/judge.ts';
import { TURNING_ZONE, aheadOfUtcMs, civilDayOf } from './civil-time.ts';
import { eventsOfLife, stretchOf, turningLives, wheelMsOf } from './turning-lives.ts';
import type { TurningLife } from './turning-lives.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MAIN = 'services/scorer/main.ts';
/** Three civil days without a sign of life are nothing, the fourth is high risk. */
const QUIET_DAYS = 3;
/** Many commits, so that there are places to die between. */
const SETTINGS = { CHURN_COMMIT_LIMIT: '50' };
/** Features are looked at so often: among others at the zone's midnights in summer, and at both turns. */
const LOOK_EVERY_MS = 3 * HOUR_MS;

/** A leap day, the lengths of three months and both turns of the clocks: on 31 March and on 27 October. */
const SPRING = {
  firstDay: dayOf('2024-02-20'),
  lastDays: [...daysFrom('2024-02-25', '2024-03-01'), dayOf('2024-03-12'), ...daysFrom('2024-03-26', '2024-03-31')],
};
const AUTUMN = {
  firstDay: dayOf('2024-10-18'),
  // Who goes on to the end is warned of by nobody.
  lastDays: [...daysFrom('2024-10-22', '2024-10-30'), dayOf('2024-11-04')],
};

/** A part of the log, and through when features are looked at from its end on, into what is still to come. */
interface Stage {
  readonly from: string;
  readonly to: string;
  readonly lookUntil: string;
  /** Where a scorer dies in the midst of it. */
  readonly diesAt?: KillPoint;
}
const TO_LEAP_DAY: Stage = { from: '2024-02-19T13', to: '2024-02-28T13', lookUntil: '2024-03-02T01' };
const TO_SPRING: Stage = { from: '2024-02-28T13', to: '2024-03-30T13', lookUntil: '2024-04-01T10' };
const OVER_SPRING: Stage = { from: '2024-03-30T13', to: '2024-04-06T01', lookUntil: '2024-04-06T01' };
const TO_AUTUMN: Stage = { from: '2024-10-17T13', to: '2024-10-26T13', lookUntil: '2024-10-28T10' };
const OVER_AUTUMN: Stage = { from: '2024-10-26T13', to: '2024-11-04T13', lookUntil: '2024-11-04T13' };

interface Size {
  readonly spring: number;
  readonly autumn: number;
  readonly stages: readonly Stage[];
}
/** The small size ends before the clocks are set back. */
const SIZES: Readonly<Record<ScenarioSize, Size>> = {
  small: { spring: 32, autumn: 0, stages: [TO_LEAP_DAY, TO_SPRING, { ...OVER_SPRING, diesAt: 'commit answered' }] },
  full: {
    spring: 240,
    autumn: 160,
    stages: [
      { ...TO_LEAP_DAY, diesAt: 'produce sent' },
      TO_SPRING,
      { ...OVER_SPRING, diesAt: 'commit answered' },
      TO_AUTUMN,
      { ...OVER_AUTUMN, diesAt: 'commit sent' },
    ],
  },
};

export const calendar: FaultScenario = {
  name: 'calendar',
  promise:
    'a leap day, months of 29 to 31 days and both turns of the clocks, with scorers killed around them: whoever falls silent is warned at the daily moment of the civil day that the rule names, and every feature is that of the raw events',
  run: liveThroughTurns,
};

async function liveThroughTurns(context: ScenarioContext): Promise<ScenarioResult> {
  const { spring, autumn, stages } = SIZES[context.size];
  const lives = [...turningLives('spring', spring, SPRING), ...turningLives('autumn', autumn, AUTUMN)];
  const eventsOf = new Map(lives.map((life) => [life.subscriberId, eventsOfLife(life)]));
  const log = [...eventsOf.values()].flat().toSorted((a, b) => a.occurredAtMs - b.occurredAtMs);
  const shop = await openInstallation(context, {
    partitions: 4,
    quietDays: QUIET_DAYS,
    policy: { timeZone: TURNING_ZONE },
    ...(await stackFor(context)),
  });
  const survivor = await startMortal(shop, MAIN, { settings: SETTINGS });
  await survivor.untilReady();

  const deaths = createDeaths();
  const differences: string[] = [];
  let views = 0;
  for (const stage of stages) {
    await live(shop, log, stage, deaths);
    const looked = await lookAtFeatures(shop, eventsOf, stage);
    views += looked.views;
    differences.push(...looked.differences);
    context.progress(`lived through ${stage.to}`);
  }
  const planned = stages.filter(({ diesAt }) => diesAt !== undefined).length;
  const verdict = await judge(shop, await expectedOutcome(shop), { orders: false });
  const endMs = Math.max(...stages.map(({ to }) => instant(to)));
  const warned = wrongWarnings(await alertsOf(shop), lives, eventsOf, endMs);
  return {
    ...verdict,
    injected: { ...deaths.injected('a scorer'), ...warned.atStake },
    compared: {
      ...verdict.compared,
      'moments of warnings': warned.compared,
      "subscribers' features with the raw events": views,
    },
    differences: [...differences, ...warned.differences, ...deaths.missingOf(planned), ...verdict.differences],
  };
}

/** Sends a stage, and waits until it is scored; who is to die in it has joined before, and nobody takes its place. */
async function live(shop: Installation, log: readonly SubscriberEvent[], stage: Stage, deaths: Deaths): Promise<void> {
  const { from, to, diesAt } = stage;
  const records = stretchOf(log, instant(from), instant(to));
  if (diesAt === undefined) {
    await sendRecords(shop, records);
  } else {
    const mortal = await startMortal(shop, MAIN, {
      fate: { type: 'at point', point: diesAt, nth: 2 },
      settings: SETTINGS,
    });
    await mortal.untilReady();
    await sendRecords(shop, records);
    const where = await mortal.died();
    if (where === undefined) deaths.noteMiss();
    else deaths.note(where);
  }
  await untilSettled(shop);
}

/** All features of all, as an answer would tell them at each hour from the end of a stage on, against the raw events. */
async function lookAtFeatures(
  shop: Installation,
  eventsOf: ReadonlyMap<string, readonly SubscriberEvent[]>,
  { to, lookUntil }: Stage,
): Promise<{ readonly views: number; readonly differences: readonly string[] }> {
  const states = await subscribersOf(shop);
  const endMs = instant(to);
  const happened = new Map<string, readonly SubscriberEvent[]>();
  for (const [id, events] of eventsOf) {
    const before = events.filter(({ occurredAtMs }) => occurredAtMs < endMs);
    if (before.length > 0) happened.set(id, before);
  }
  const differences: string[] = [];
  let views = 0;
  for (let asOfMs = endMs; asOfMs <= instant(lookUntil); asOfMs += LOOK_EVERY_MS) {
    try {
      assertFeaturesOfRawEvents(states, happened, { timeZone: TURNING_ZONE, asOfMs });
    } catch (error) {
      if (!(error instanceof AssertionError)) throw error;
      differences.push(`features as of ${new Date(asOfMs).toISOString()}: ${error.message}`);
    }
    views += happened.size;
    await turn();
  }
  return { views, differences };
}

interface Warnings {
  readonly compared: number;
  /** Warnings that a calendar without turns, or without a leap day, would give at another moment. */
  readonly atStake: Readonly<Record<string, number>>;
  readonly differences: readonly string[];
}

/** Everyone has one alert, at the first daily moment of the fourth civil day of silence, or none where that is to come. */
function wrongWarnings(
  alerts: readonly RiskAlert[],
  lives: readonly TurningLife[],
  eventsOf: ReadonlyMap<string, readonly SubscriberEvent[]>,
  endMs: number,
): Warnings {
  const found = new Map<string, RiskScore[]>();
  // An alert may stand on its topic twice.
  for (const { score } of new Map(alerts.map((alert) => [alert.alertId, alert])).values()) {
    found.set(score.subscriberId, [...(found.get(score.subscriberId) ?? []), score]);
  }
  const wrong: string[] = [];
  const atStake = { 'warnings that hang on a turn of the clocks': 0, 'warnings that hang on 29 February': 0 };
  let compared = 0;
  for (const { subscriberId } of lives) {
    const lastMs = Math.max(
      ...(eventsOf.get(subscriberId) ?? [])
        .filter((event) => isOwnUse(event) && event.occurredAtMs < endMs)
        .map((event) => event.occurredAtMs),
    );
    const wanted = warningMsOf(subscriberId, lastMs, endMs, civilDayOf);
    const scores = found.get(subscriberId) ?? [];
    const told = scores.map(({ asOfMs, cause }) => `${cause} ${new Date(asOfMs).toISOString()}`).join(' and ');
    const due = wanted === undefined ? '' : `daily ${new Date(wanted).toISOString()}`;
    if (told !== due)
      wrong.push(`${subscriberId} (${told === '' ? 'none' : told} instead of ${due === '' ? 'none' : due})`);
    if (wanted === undefined) continue;
    compared += 1;
    if (warningMsOf(subscriberId, lastMs, endMs, withClocksOf(lastMs)) !== wanted) {
      atStake['warnings that hang on a turn of the clocks'] += 1;
    }
    if (warningMsOf(subscriberId, lastMs, endMs, withoutLeapDay) !== wanted)
      atStake['warnings that hang on 29 February'] += 1;
  }
  const missing = Object.entries(atStake).filter(([, count]) => count === 0);
  return {
    compared,
    atStake,
    differences: [
      ...tell('warnings at another moment than the rule gives', wrong),
      ...missing.map(([what]) => `no ${what}`),
    ],
  };
}

/** By the rule, written anew: once a day the wheel looks, and counts civil days since the last sign of life. */
function warningMsOf(
  subscriberId: string,
  lastMs: number,
  endMs: number,
  dayAt: (instantMs: number) => number,
): number | undefined {
  const firstMs = Math.floor(lastMs / DAY_MS) * DAY_MS + wheelMsOf(subscriberId);
  for (let momentMs = firstMs; momentMs <= endMs; momentMs += DAY_MS) {
    if (momentMs > lastMs && dayAt(momentMs) - dayAt(lastMs) > QUIET_DAYS) return momentMs;
  }
  return undefined;
}

/** Days by clocks that are not turned after an instant. */
function withClocksOf(thatMs: number): (instantMs: number) => number {
  const aheadMs = aheadOfUtcMs(thatMs);
  return (instantMs) => Math.floor((instantMs + aheadMs) / DAY_MS);
}

function withoutLeapDay(instantMs: number): number {
  const day = civilDayOf(instantMs);
  return day < dayOf('2024-02-29') ? day : day - 1;
}

function isOwnUse({ body }: SubscriberEvent): boolean {
  return body.type !== 'bill';
}

function dayOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

function daysFrom(first: string, last: string): number[] {
  return Array.from({ length: dayOf(last) - dayOf(first) + 1 }, (_, i) => dayOf(first) + i);
}

/** @param text date, or date and hour, in UTC. */
function instant(text: string): number {
  return Date.parse(`${text.includes('T') ? text : `${text}T00`}:00:00Z`);
}
