import { setTimeout as delay } from 'node:timers/promises';
import type { Installation } from '../../support/installation.ts';
import { countsOf, lagOf, settledEvents } from '../../support/installation-state.ts';
import { sendRecords } from '../../support/installation-log.ts';
import { people } from '../../support/regular-life.ts';
import { startRetention, startScorer } from '../../support/scorer-process.ts';
import type { RunningService } from '../../support/scorer-process.ts';
import { until } from '../../support/until.ts';
import { assignmentsOf, refusalsOf } from '../membership/log-counts.ts';
import { take } from '../membership/lives-with-silences.ts';
import { conclude, openBusyShop } from '../membership/shop-under-load.ts';
import type { BusyShop } from '../membership/shop-under-load.ts';
import type { FaultScenario, ScenarioContext, ScenarioResult } from '../scenario.ts';
import { REFUSED_POLITELY, startAsking, wrongAnswers } from './ask.ts';
import type { AskOptions, Asked } from './ask.ts';
import { readLoadSettings } from './config.ts';
import { startFlood } from './flood.ts';
import { memoryFigures, memoryTroubles, watchMemory } from './memory-watch.ts';

const PARTITIONS = 4;
const TIMES = 3;
/** Below this it was no threefold overload: the source could not keep up. A machine that runs other tests seldom can. */
const LEAST_TIMES = { small: 0, full: 2.5 } as const;
/** Share (0–1) of what was sent that has to be left, for it to have been an overload. */
const LEAST_LEFT = { small: 0, full: 0.4 } as const;
/** Share (0–1) of the sustainable rate at which the lag has to be made up. */
const LEAST_RECOVERY = { small: 0, full: 0.5 } as const;
/** Features look ninety days back: what comes before there is as much to look at is lighter work. */
const HISTORY_RECORDS_EACH = { small: 0, full: 2_250 } as const;
/** Ten minutes of it are eight years of their lives, all of which have to be past. */
const FIRST_DAY = -20 * 365;
/** Some seconds of work. */
const BACKLOG_RECORDS_EACH = { small: 200, full: 600 } as const;
const PIECE_RECORDS = 100_000;
const LOOKED_AT_EVERY_MS = 15_000;
const REQUESTS_PER_SECOND = 50;
const CONNECTIONS = 64;
/** More than are answered at once. */
const RUSH_CLIENTS = 400;
/** Share (0–1) of the overload that goes before the rush. */
const RUSH_FROM = 0.1;
const MOST_BYTES = 1_024 * 1_024 * 1_024;
const EVENT_LOOP_DELAY_MS = 50;
const SIZES = {
  small: { overloadMs: 2_500, rushMs: 1_000, subscribers: 90, restMs: 500 },
  full: { overloadMs: undefined, rushMs: 5_000, subscribers: 500, restMs: 45_000 },
} as const;

export const overload: FaultScenario = {
  name: 'overload',
  isAlone: true,
  promise:
    'at three times the sustainable rate memory stays within bounds and is given back, nobody leaves the group, HTTP answers or says 503 with Retry-After, and the lag is made up',
  run: runOverload,
};

interface Crowd {
  readonly scorer: RunningService;
  readonly retention: RunningService & { readonly address: string };
}

async function runOverload(context: ScenarioContext): Promise<ScenarioResult> {
  const { subscribers, rushMs, restMs, overloadMs = readLoadSettings().overloadSeconds * 1_000 } = SIZES[context.size];
  const busy = await openBusyShop(context, { partitions: PARTITIONS, subscribers, firstDay: FIRST_DAY });
  const { shop } = busy;
  const retention = await startRetention(shop);
  // One: on a machine of two cores it takes all that Kafka, Redis, the load and the questions leave.
  const scorer = await startScorer(shop);
  await untilSettled(shop, context);
  const members = [scorer, retention];
  const memory = watchMemory(members.map(({ name, process: { pid } }) => ({ name, pid })));
  const paths = people(subscribers).map((id) => `/v1/subscribers/${id}/risk`);
  const questions = { address: retention.address, paths, signal: context.signal };
  const steadily = { ...questions, requestsPerSecond: REQUESTS_PER_SECOND, clients: CONNECTIONS };
  const askerBefore = await startAsking(steadily);
  await workOff(busy, context, subscribers * HISTORY_RECORDS_EACH[context.size]);
  const sustainable = await workOff(busy, context, subscribers * BACKLOG_RECORDS_EACH[context.size]);
  // What a rush makes malloc take from the system it may keep: a second rush has to do with it.
  const rushing = await startAsking({ ...questions, requestsPerSecond: 0, clients: RUSH_CLIENTS });
  await delay(rushMs, undefined, { signal: context.signal });
  const askedBefore = [await askerBefore.stop(), await rushing.stop()];
  await memory.rest(restMs, context.signal);

  const asker = await startAsking(steadily);
  const seen = await overwhelm(context, busy, { scorer, retention }, { sustainable, overloadMs, rushMs, questions });
  const asked = await asker.stop();
  const recovery = await recover(shop, context, sustainable);
  await memory.rest(restMs, context.signal);
  const courses = await memory.stop();
  return conclude(
    shop,
    {
      injected: {
        'events above what is sustainable': Math.max(Math.round(seen.sent - sustainable * seen.seconds), 0),
        'requests beyond what is answered at once': refusedIn(seen.rush),
      },
      differences: [
        ...seen.differences,
        ...askedBefore.flatMap((before) => wrongAnswers(before)),
        ...wrongAnswers(asked),
        ...memoryTroubles(courses, MOST_BYTES, context.size === 'full'),
        ...(seen.lag >= seen.sent * LEAST_LEFT[context.size] ? [] : ['the load was no overload: little was left']),
        ...(recovery.eventsPerSecond >= sustainable * LEAST_RECOVERY[context.size]
          ? []
          : ['the lag was made up at less than half the usual rate']),
      ],
      measured: {
        'sustainable, events/s': Math.round(sustainable),
        'sent, times the sustainable rate': rounded(seen.sent / seen.seconds / sustainable),
        'overload, s': rounded(seen.seconds),
        'settled in the overload, events/s': Math.round(seen.settledPerSecond),
        'lag at its end, records': seen.lag,
        'made up within, s': rounded(recovery.seconds),
        'made up at, events/s': Math.round(recovery.eventsPerSecond),
        ...Object.fromEntries(
          seen.eventLoopDelays.map(({ name, p99Ms }) => [`event-loop delay of ${name}, p99, ms`, rounded(p99Ms)]),
        ),
        ...answerFigures('steady questions', asked),
        ...answerFigures('rush', seen.rush),
        ...memoryFigures(courses),
      },
    },
    {},
  );
}

async function untilSettled(shop: Installation, { signal }: ScenarioContext): Promise<void> {
  await until(
    'nothing is left',
    async () => {
      signal.throwIfAborted();
      return (await lagOf(shop)) === 0;
    },
    { withinMs: 300_000 },
  );
}

/** @returns events per second at which a backlog of what comes next is worked off. */
async function workOff({ shop, log }: BusyShop, context: ScenarioContext, records: number): Promise<number> {
  for (let left = records; left > 0; left -= PIECE_RECORDS) {
    await sendRecords(shop, take(log, Math.min(left, PIECE_RECORDS)));
  }
  const begin = { settled: settledEvents(await countsOf(shop)), atMs: performance.now() };
  await untilSettled(shop, context);
  const settled = settledEvents(await countsOf(shop)) - begin.settled;
  return (settled * 1_000) / (performance.now() - begin.atMs);
}

interface EventLoopDelay {
  readonly name: string;
  readonly p99Ms: number;
}

interface Overwhelmed {
  readonly sent: number;
  readonly seconds: number;
  readonly settledPerSecond: number;
  readonly lag: number;
  readonly rush: Asked;
  readonly eventLoopDelays: readonly EventLoopDelay[];
  readonly differences: readonly string[];
}

async function overwhelm(
  context: ScenarioContext,
  { shop, log }: BusyShop,
  { scorer, retention }: Crowd,
  plan: {
    readonly sustainable: number;
    readonly overloadMs: number;
    readonly rushMs: number;
    readonly questions: Pick<AskOptions, 'address' | 'paths' | 'signal'>;
  },
): Promise<Overwhelmed> {
  const { sustainable, overloadMs, rushMs, questions } = plan;
  const { signal } = context;
  const members = [scorer, retention];
  const joined = (): number => members.reduce((sum, member) => sum + assignmentsOf(member), 0);
  const before = { joined: joined(), settled: settledEvents(await countsOf(shop)), atMs: performance.now() };
  // Each reading begins anew.
  await eventLoopDelaysOf(members);
  const load = startFlood(shop, log, { recordsPerSecond: sustainable * TIMES, signal });

  context.progress(`${Math.round(sustainable * TIMES)} events/s for ${overloadMs / 1_000} s`);
  await delay(overloadMs * RUSH_FROM, undefined, { signal });
  const rushing = await startAsking({ ...questions, requestsPerSecond: 0, clients: RUSH_CLIENTS });
  const silent = await unansweredHealth(members, retention.address, rushMs);
  const rush = await rushing.stop();
  const endMs = before.atMs + overloadMs;
  while (performance.now() < endMs) {
    await delay(Math.min(LOOKED_AT_EVERY_MS, endMs - performance.now()), undefined, { signal });
    const leftS = Math.max(Math.round((endMs - performance.now()) / 1_000), 0);
    context.progress(`${leftS} s of overload left, ${(await lagOf(shop)).toLocaleString('en')} records behind`);
  }
  await load.stop();
  const seconds = (performance.now() - before.atMs) / 1_000;
  const settled = settledEvents(await countsOf(shop)) - before.settled;
  const eventLoopDelays = await eventLoopDelaysOf(members);
  const left = joined() - before.joined;
  const refused = members.reduce((sum, member) => sum + refusalsOf(member), 0);
  const times = load.sent() / seconds / sustainable;
  return {
    sent: load.sent(),
    seconds,
    settledPerSecond: settled / seconds,
    lag: await lagOf(shop),
    rush,
    eventLoopDelays,
    differences: [
      ...(times >= LEAST_TIMES[context.size] ? [] : [`only ${rounded(times)} times the sustainable rate was sent`]),
      ...(left === 0 ? [] : [`the group was assigned anew ${left} times`]),
      ...(refused === 0 ? [] : [`${refused} commits were refused`]),
      ...wrongAnswers(rush),
      ...(refusedIn(rush) > 0 ? [] : ['no request was refused in the rush']),
      ...silent,
      // What a busy machine that runs other tests keeps waiting says nothing.
      ...eventLoopDelays
        .filter(({ p99Ms }) => p99Ms >= EVENT_LOOP_DELAY_MS && context.size === 'full')
        .map(({ name, p99Ms }) => `the event loop of ${name} came ${rounded(p99Ms)} ms late (p99)`),
    ],
  };
}

/** Since it was asked last. */
async function eventLoopDelaysOf(members: readonly RunningService[]): Promise<EventLoopDelay[]> {
  return Promise.all(
    members.map(async (member) => ({
      name: member.name,
      p99Ms: (await member.metric('nodejs_eventloop_lag_p99_seconds')) * 1_000,
    })),
  );
}

/** Asks for health and metrics while the API is stormed. @returns what was not answered with 200. */
async function unansweredHealth(members: readonly RunningService[], address: string, forMs: number): Promise<string[]> {
  const endMs = performance.now() + forMs;
  const troubles = new Set<string>();
  while (performance.now() < endMs) {
    const { status } = await fetch(`${address}/livez`);
    if (status !== 200) troubles.add(`/livez said ${status}`);
    for (const member of members) if (!(await member.isReady())) troubles.add(`${member.name} was not ready`);
    await delay(200);
  }
  return [...troubles];
}

async function recover(
  shop: Installation,
  context: ScenarioContext,
  sustainable: number,
): Promise<{ readonly seconds: number; readonly eventsPerSecond: number }> {
  const startedAtMs = performance.now();
  const before = settledEvents(await countsOf(shop));
  const expectedMs = ((await lagOf(shop)) * 1_000) / sustainable;
  await until(
    'the lag is made up',
    async () => {
      context.signal.throwIfAborted();
      const lag = await lagOf(shop);
      context.progress(`${lag.toLocaleString('en')} records are left`);
      return lag === 0;
    },
    { withinMs: expectedMs * 4 + 30_000 },
  );
  const seconds = (performance.now() - startedAtMs) / 1_000;
  return { seconds, eventsPerSecond: (settledEvents(await countsOf(shop)) - before) / seconds };
}

function refusedIn({ answers }: Asked): number {
  return answers[REFUSED_POLITELY] ?? 0;
}

function answerFigures(what: string, { answered, answers }: Asked): Record<string, number> {
  return {
    [`${what}, answered`]: answered.count,
    [`${what}, answered p50, ms`]: answered.p50Ms ?? 0,
    [`${what}, answered p99, ms`]: answered.p99Ms ?? 0,
    [`${what}, 503 with Retry-After`]: answers[REFUSED_POLITELY] ?? 0,
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
