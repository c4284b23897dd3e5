import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import type { Installation } from '../../support/installation.ts';
import { openInstallation } from '../../support/installation.ts';
import { sendRecords } from '../../support/installation-log.ts';
import { countsOf, untilSettled } from '../../support/installation-state.ts';
import { ownStack } from '../../support/own-stack.ts';
import { sampleCall, sampleEvent, sampleProgress } from '../../support/sample-events.ts';
import { until } from '../../support/until.ts';
import { startWatched } from '../../support/watched-service.ts';
import { MODEL_DIRECTORY, DEFAULT_POLICY } from '../../bench/harness/bench-context.ts';
import { redisUsage } from '../../bench/harness/usage.ts';
import type { FaultScenario, ScenarioContext, ScenarioResult } from '../scenario.ts';
import { readLoadSettings } from './config.ts';
import { loadBase, makePattern, memberId } from './large-base.ts';
import type { Pattern } from './large-base.ts';

const PARTITIONS = 8;
const EVENTS = 2_000;
const QUARTER_HOUR_MS = 15 * 60_000;
const FIRST_COMMIT_WITHIN_MS = 5_000;
const REDIS_WITHIN_MS = 600_000;
const PATTERN = { small: { subscribers: 60, days: 31 }, full: { subscribers: 200, days: 75 } } as const;
/** Beyond so many, lives are shorter: 75 days of ten million would need 20 GB. */
const LONG_LIVES = 3_000_000;
const SHORT_LIFE_DAYS = 31;
const SIZES = { small: 20_000, full: undefined } as const;

export const restartLarge: FaultScenario = {
  name: 'restart-large',
  isAlone: true,
  promise: 'with a million subscribers in Redis a scorer commits its first event within five seconds of its start',
  run: runRestart,
};

async function runRestart(context: ScenarioContext): Promise<ScenarioResult> {
  const subscribers = SIZES[context.size] ?? readLoadSettings().restartSubscribers;
  const stack = await ownStack(context);
  const [, server] = await Promise.all([stack.startKafka(), stack.startRedis()]);
  const shop = withShippedModel(await openInstallation(context, { partitions: PARTITIONS, stack: stack.address }));
  context.progress('making lives to multiply');
  const lives = PATTERN[context.size];
  const pattern = await makePattern(lives.subscribers, subscribers > LONG_LIVES ? SHORT_LIFE_DAYS : lives.days);

  const base = await fillRedis(shop, pattern, subscribers, context);
  context.progress('restarting Redis');
  await server.stop();
  const redisStartedAtMs = performance.now();
  await server.restart();
  await untilLoaded(shop);
  const redisLoadingMs = performance.now() - redisStartedAtMs;

  const starts: Start[] = [];
  for (let round = 0; round < 2; round++) {
    await sendRecords(shop, traffic(pattern, round));
    starts.push(await startOnce(shop, round));
    context.progress(`first commit after ${Math.round(starts[round]?.committedMs ?? 0)} ms`);
  }
  const { folded, subscribers: known, duplicates, late, parked } = await countsOf(shop);
  const sent = 2 * EVENTS;
  const slowest = Math.max(...starts.map(({ committedMs }) => committedMs));
  return {
    injected: { 'restarts of Redis': 1, 'starts of a scorer': starts.length },
    compared: { 'events folded': folded, subscribers: known },
    lost: Math.max(sent - folded, 0) + Math.max(subscribers - known, 0),
    doubled: Math.max(folded - sent, 0),
    invented: Math.max(known - subscribers, 0),
    differences: [
      ...(duplicates + late + parked === 0 ? [] : [`${duplicates} duplicates, ${late} late, ${parked} parked`]),
      // A machine that runs other tests starts nothing in time.
      ...(slowest <= FIRST_COMMIT_WITHIN_MS || context.size === 'small'
        ? []
        : [`the first commit came ${Math.round(slowest)} ms after the start of the process`]),
    ],
    measured: {
      subscribers,
      'bytes of a state, mean': Math.round(pattern.meanBytes),
      'bytes of Redis per subscriber': Math.round(base.bytes / subscribers),
      'filling Redis, s': seconds(base.tookMs),
      'Redis alone, start until loaded, s': seconds(redisLoadingMs),
      'first start: ready, s': seconds(starts[0]?.readyMs),
      'first start: first commit, s': seconds(starts[0]?.committedMs),
      'first start: all committed, s': seconds(starts[0]?.settledMs),
      'second start: ready, s': seconds(starts[1]?.readyMs),
      'second start: first commit, s': seconds(starts[1]?.committedMs),
      'second start: all committed, s': seconds(starts[1]?.settledMs),
    },
  };
}

/** The model and policy of production: they take their part of a start. */
function withShippedModel(shop: Installation): Installation {
  const shipped = { CHURN_MODEL_DIRECTORY: MODEL_DIRECTORY, CHURN_POLICY_FILE: DEFAULT_POLICY };
  return { ...shop, settings: { ...shop.settings, ...shipped } };
}

async function fillRedis(
  shop: Installation,
  pattern: Pattern,
  subscribers: number,
  context: ScenarioContext,
): Promise<{ readonly bytes: number; readonly tookMs: number }> {
  const { redis } = shop;
  const startedAtMs = performance.now();
  const before = (await redisUsage(redis)).dataBytes;
  // Written to disk at once when all is there.
  await redis.config('SET', 'appendonly', 'no');
  await loadBase(redis, pattern, { subscribers, partitions: PARTITIONS }, (loaded) => {
    context.signal.throwIfAborted();
    context.progress(`${loaded.toLocaleString('en')} of ${subscribers.toLocaleString('en')} subscribers`);
  });
  const bytes = (await redisUsage(redis)).dataBytes - before;
  await redis.config('SET', 'appendonly', 'yes');
  await until('all is on disk', async () => persistence(await redis.info('persistence'), 'aof_rewrite_in_progress'), {
    withinMs: REDIS_WITHIN_MS,
  });
  return { bytes, tookMs: performance.now() - startedAtMs };
}

async function untilLoaded({ redis }: Installation): Promise<void> {
  await until(
    'Redis has loaded its data',
    () =>
      redis.info('persistence').then(
        (info) => persistence(info, 'loading'),
        () => false,
      ),
    { withinMs: REDIS_WITHIN_MS },
  );
}

/** Whether nothing of a kind goes on any more. */
function persistence(info: string, field: string): boolean {
  return new RegExp(`^${field}:0`, 'm').test(info);
}

/** A quarter of an hour: some call, and the feeds tell their progress, which brings a hundredth of the base to its daily score. */
function traffic({ record }: Pattern, round: number): LogRecord[] {
  const fromMs = Math.max(...Object.values(record.time.feeds)) + round * QUARTER_HOUR_MS;
  const calls = Array.from({ length: EVENTS }, (_, i) => {
    const atMs = fromMs + 1 + Math.floor((i * QUARTER_HOUR_MS) / (EVENTS + 1));
    const changes = { subscriberId: memberId(round * EVENTS + i), feed: 'voice', eventId: `load-${round}-${i}` };
    return sampleEvent(sampleCall(), atMs, changes);
  });
  return [...calls, ...Object.keys(record.time.feeds).map((feed) => sampleProgress(feed, fromMs + QUARTER_HOUR_MS))];
}

/** Milliseconds since the process was started. */
interface Start {
  readonly readyMs: number;
  readonly committedMs: number;
  readonly settledMs: number;
}

/** Starts a scorer, waits until it has committed what waits for it, and stops it in order. */
async function startOnce(shop: Installation, round: number): Promise<Start> {
  const before = (await countsOf(shop)).folded;
  const startedAtMs = performance.now();
  const sinceStart = (): number => performance.now() - startedAtMs;
  const service = await startWatched({
    name: `scorer-${round + 1}`,
    main: 'services/scorer/main.ts',
    settings: shop.settings,
    logDirectory: `${shop.directory}/logs`,
  });
  shop.processes.push(service);
  const ready = service.untilReady().then(sinceStart);
  const committedMs = await until('events are committed', async () => {
    return (await countsOf(shop)).folded > before && sinceStart();
  });
  const readyMs = await ready;
  await untilSettled(shop);
  const settledMs = sinceStart();
  const { how } = await service.stopped();
  if (how !== 'exit code 0') throw new Error(`the scorer ended with ${how}`);
  return { readyMs, committedMs, settledMs };
}

function seconds(ms = Number.NaN): number {
  return Math.round(ms / 10) / 100;
}
