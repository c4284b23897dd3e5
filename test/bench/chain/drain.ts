import { setTimeout as delay } from 'node:timers/promises';
import { partitionKeys } from '../../../services/platform/redis/partition-keys.ts';
import { PARTITIONS, dropTopics, makeTopics, nameTopics } from '../harness/bench-context.ts';
import type { BenchContext } from '../harness/bench-context.ts';
import { cpuSecondsOf, peakRssBytesOf, redisUsage } from '../harness/usage.ts';
import type { RedisUsage } from '../harness/usage.ts';
import type { FilledTopic } from '../workload/fill-topic.ts';
import { lagOf, readBounds, readCommitted, startScorers } from './scorers.ts';
import type { Committed, RunningScorers } from './scorers.ts';

/** A backlog worked off from the first record to the last. Processor time is seconds per million events. */
export interface Drain {
  readonly eventsPerSecond: number;
  readonly scorersCpu: number | undefined;
  readonly redisCpu: number;
  readonly brokerCpu: number | undefined;
  readonly scorerPeakRssBytes: readonly number[];
  readonly brokerPeakRssBytes: number | undefined;
  readonly redisRssBytes: number;
  /** All that Redis needs for the installation, over the subscribers. */
  readonly bytesPerSubscriber: number;
  /** Of that, what a subscriber's own key and value take. */
  readonly stateBytes: number;
  /** Share (0–1) of the events that the rate was taken over: those before all scorers had joined are left out. */
  readonly measuredShare: number;
  readonly scoresPerEvent: number;
  readonly episodes: number;
}

const POLL_MS = 50;
const STUCK_MS = 120_000;
const STATE_SAMPLE = 1_000;
/** Below this share of the events left when all scorers have joined, the rate is taken from the first commit on. */
const LEAST_SHARE = 0.3;

interface Sample {
  readonly atMs: number;
  readonly committed: Committed;
  readonly scorersCpu: number | undefined;
  readonly redis: RedisUsage;
  readonly brokerCpu: number | undefined;
}

/** Flushes Redis, starts scorers on a topic that is full already, and waits until all of it is committed and published. */
export async function drainBacklog(
  context: BenchContext,
  filled: FilledTopic,
  setup: { readonly scorers: number; readonly policyFile: string; readonly keyspace: string },
  detail: (text: string) => void = () => undefined,
): Promise<Drain> {
  const { redis, kafka } = context;
  const topics = { ...nameTopics(), input: filled.topic };
  await makeTopics(kafka, topics);
  await redis.flushdb();
  const emptyBytes = (await redisUsage(redis)).dataBytes;
  const scorers = await startScorers(context, { ...setup, topics }, setup.scorers);
  try {
    const { begin, end } = await watch(context, filled, setup.keyspace, scorers, detail);
    requireComplete(end.committed, filled);
    const scorerPeakRssBytes = scorers.pids.flatMap((pid) => peakRssBytesOf(pid) ?? []);
    await scorers.stop();
    // Commands that took long are kept with their arguments: memory, but none of the state's.
    await redis.slowlog('RESET');
    const after = await redisUsage(redis);
    const events = end.committed.events - begin.committed.events;
    const perMillion = (to: number | undefined, from: number | undefined): number | undefined =>
      to === undefined || from === undefined ? undefined : ((to - from) / events) * 1e6;
    return {
      eventsPerSecond: events / ((end.atMs - begin.atMs) / 1_000),
      scorersCpu: perMillion(end.scorersCpu, begin.scorersCpu),
      redisCpu: ((end.redis.cpuSeconds - begin.redis.cpuSeconds) / events) * 1e6,
      brokerCpu: perMillion(end.brokerCpu, begin.brokerCpu),
      scorerPeakRssBytes,
      brokerPeakRssBytes: peakRssBytesOf(context.stack.brokerPid),
      redisRssBytes: after.rssBytes,
      bytesPerSubscriber: (after.dataBytes - emptyBytes) / end.committed.counts.subscribers,
      stateBytes: await meanStateBytes(context, setup.keyspace),
      measuredShare: events / filled.events,
      scoresPerEvent: end.committed.counts.scored / filled.events,
      episodes: end.committed.counts.episodes,
    };
  } finally {
    scorers.kill();
    await dropTopics(kafka, topics, filled.topic);
  }
}

async function watch(
  context: BenchContext,
  filled: FilledTopic,
  keyspace: string,
  scorers: RunningScorers,
  detail: (text: string) => void,
): Promise<{ readonly begin: Sample; readonly end: Sample }> {
  const bounds = await readBounds(context, filled.topic);
  let first: Sample | undefined;
  let joined: Sample | undefined;
  let movedAtMs = performance.now();
  let before = 0;
  for (;;) {
    context.signal.throwIfAborted();
    await Promise.race([delay(POLL_MS), scorers.failed]);
    const committed = await readCommitted(context, keyspace);
    const { events } = committed;
    if (events > before) movedAtMs = performance.now();
    if (performance.now() - movedAtMs > STUCK_MS) throw new Error(`nothing moves any more after ${events} events`);
    before = events;
    detail(`${events.toLocaleString('en')} of ${filled.events.toLocaleString('en')}`);
    if (events === 0) continue;
    first ??= await sample(context, committed, scorers);
    if (joined === undefined && (await scorers.areReady())) joined = await sample(context, committed, scorers);
    if (events < filled.events || !committed.isPublished) continue;
    if (lagOf(bounds, committed) > 0) continue;
    const end = await sample(context, committed, scorers);
    const isEarly = joined !== undefined && joined.committed.events < (1 - LEAST_SHARE) * filled.events;
    return { begin: isEarly && joined !== undefined ? joined : first, end };
  }
}

async function sample(context: BenchContext, committed: Committed, scorers: RunningScorers): Promise<Sample> {
  const cpu = scorers.pids.map(cpuSecondsOf);
  const known = cpu.filter((seconds) => seconds !== undefined);
  return {
    atMs: performance.now(),
    committed,
    scorersCpu: known.length === cpu.length ? known.reduce((sum, seconds) => sum + seconds, 0) : undefined,
    brokerCpu: cpuSecondsOf(context.stack.brokerPid),
    redis: await redisUsage(context.redis),
  };
}

/** A figure of a run that lost or refused something would be worth nothing. */
function requireComplete({ counts, events }: Committed, filled: FilledTopic): void {
  if (events === filled.events && counts.folded === filled.events) return;
  throw new Error(`of ${filled.events} events the scorers folded ${counts.folded}: ${JSON.stringify(counts)}`);
}

/** Mean of what Redis says that a key with its value takes. */
async function meanStateBytes({ redis }: BenchContext, keyspace: string): Promise<number> {
  const sizes: number[] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const pattern = `${partitionKeys(keyspace, partition).state('')}*`;
    let cursor = '0';
    let found = 0;
    do {
      const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 1_000);
      cursor = next;
      for (const key of keys) {
        if (found++ >= STATE_SAMPLE / PARTITIONS) break;
        sizes.push((await redis.memory('USAGE', key, 'SAMPLES', 0)) ?? 0);
      }
    } while (cursor !== '0' && found < STATE_SAMPLE / PARTITIONS);
  }
  return sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
}
