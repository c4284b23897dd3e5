/**
 * What the service costs, on real parts: `npm run bench -- [options]`. Starts Kafka and Redis, fills topics, measures, prints a table and,
 * with --json, writes the figures. Started by launch.mjs.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBenchStack } from '../../deploy/local/bench-stack.ts';
import { EXIT_INTERRUPTED, interruption } from '../../deploy/local/interruption.ts';
import { createProgress } from '../../deploy/local/progress.mjs';
import { createRunDirectory, removeDirectory } from '../../deploy/local/run-directory.ts';
import { openRedis } from '../../services/platform/redis/client.ts';
import { drainBacklog } from './chain/drain.ts';
import { measureChain } from './chain/measure-chain.ts';
import { createBudget, ZIPF_POLICY, dropTopics, makeTopics, nameTopics } from './harness/bench-context.ts';
import type { BenchContext, BenchTopics } from './harness/bench-context.ts';
import { OptionsError, parseBenchOptions } from './harness/bench-options.ts';
import type { BenchOptions, BenchSection } from './harness/bench-options.ts';
import { measureHttp } from './http/measure-http.ts';
import { measureLatency } from './latency/measure-latency.ts';
import type { LatencyFigures } from './latency/measure-latency.ts';
import { headlineOf, toReport } from './report/bench-report.ts';
import type { BenchParts, LatencyReport } from './report/bench-report.ts';
import { readBenchSettings, readRedisSetting } from './report/bench-settings.ts';
import { formatReport } from './report/format-report.ts';
import { measureRungs } from './rungs/measure-rungs.ts';
import { fillGenerated, fillSimulated } from './workload/fill-topic.ts';
import type { FilledTopic } from './workload/fill-topic.ts';

const HALF = 0.5;
const HIGH_SHARE = 0.8;
const MOST_ATTEMPTS = 4;
const LESS = 0.85;

const signal = interruption();
process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  try {
    await runBench(parseBenchOptions(args));
    return 0;
  } catch (error) {
    if (signal.aborted) return EXIT_INTERRUPTED;
    const isExpected = error instanceof OptionsError;
    process.stderr.write(
      `${isExpected ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return 1;
  }
}

async function runBench(options: BenchOptions): Promise<void> {
  const progress = createProgress(process.stderr);
  const directory = createRunDirectory();
  const logDirectory = join(directory, 'logs');
  mkdirSync(logDirectory);
  try {
    const stack = await progress.step('starting Kafka and Redis', () => openBenchStack(directory));
    const kafka = { brokers: stack.brokers, clientId: 'churn-bench' };
    const redis = await openRedis({ url: stack.redisUrl });
    const budget = createBudget(options.minutes);
    try {
      if ((await redis.dbsize()) > 0) throw new OptionsError(`the bench needs an empty Redis database`);
      await setFsync(redis, stack.mode, options.fsync);
      await measure({
        options,
        stack,
        kafka,
        redis,
        progress,
        logDirectory,
        signal,
        budget,
      });
      await redis.flushdb();
    } finally {
      redis.disconnect();
      await progress.step('stopping', () => stack.close());
    }
  } finally {
    removeDirectory(directory);
  }
}

/** A server that belongs to somebody else stays as it is. */
async function setFsync(redis: BenchContext['redis'], mode: string, fsync: string): Promise<void> {
  if ((await readRedisSetting(redis, 'appendfsync')) === fsync) return;
  if (mode === 'external') throw new OptionsError(`--fsync ${fsync}: the external Redis is set otherwise`);
  await redis.config('SET', 'appendfsync', fsync);
}

async function measure(context: BenchContext): Promise<void> {
  const { options, kafka } = context;
  const settings = await readBenchSettings(context);
  const [generated, simulated] = [nameTopics(), nameTopics()];
  try {
    const wants = (section: BenchSection): boolean => options.sections.includes(section);
    await makeTopics(kafka, generated);
    const filled = await fillGenerated(context, generated.input);
    const rungs = wants('rungs') ? await measureRungs(context, filled) : undefined;
    const chain = await measureInputs(context, filled, wants('chain') ? simulated : undefined);
    const headline = headlineOf(chain ?? []);
    // The last of the chain's runs left the states that HTTP and latency need to begin with.
    const setup = { scorers: 1, policyFile: ZIPF_POLICY, keyspace: '' };
    const sustainable =
      headline?.eventsPerSecond.median ??
      (wants('http') || wants('latency')
        ? (
            await context.progress.step('working off the backlog once', (detail) =>
              drainBacklog(context, filled, setup, detail),
            )
          ).eventsPerSecond
        : Number.NaN);
    const http = wants('http') ? await measureHttp(context, filled) : undefined;
    const scorers = headline?.scorers ?? setup.scorers;
    const latency = wants('latency') ? await measureLevels(context, sustainable, scorers) : undefined;
    print({ rungs, chain, latency, http });
  } finally {
    // One of them may not have been made.
    await dropTopics(kafka, generated).catch(() => undefined);
    await dropTopics(kafka, simulated).catch(() => undefined);
  }

  function print(parts: BenchParts): void {
    const report = toReport(parts, settings);
    process.stdout.write(`\n${formatReport(report)}\n\n`);
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  }
}

/** Without topics for the simulator's input, just what the last rung needs, if rungs are wanted. */
async function measureInputs(
  context: BenchContext,
  generated: FilledTopic,
  topics: BenchTopics | undefined,
): Promise<Awaited<ReturnType<typeof measureChain>> | undefined> {
  const { keys, quick, sections } = context.options;
  if (topics === undefined) {
    if (!sections.includes('rungs')) return undefined;
    return measureChain(context, [{ name: keys, filled: generated, scorers: [1] }]);
  }
  await makeTopics(context.kafka, topics);
  const simulated = await fillSimulated(context, topics.input);
  return measureChain(context, [
    { name: 'simulator', filled: simulated, scorers: quick ? [1] : [2, 1] },
    { name: keys, filled: generated, scorers: [2, 1] },
  ]);
}

/** At 80 % first: where that rate does not hold, the sustainable rate is lower than thought. */
async function measureLevels(context: BenchContext, drained: number, scorers: number): Promise<LatencyReport> {
  async function measureAt(share: number, of: number): Promise<LatencyFigures> {
    const title = `latency at ${share * 100} % of ${Math.round(of).toLocaleString('en')} events/s`;
    return context.progress.step(title, () => measureLatency(context, { share, sustainable: of, scorers }));
  }
  // The source and the readers take their part of the machine too: the rate of a backlog may be too high for all.
  let sustainable = drained;
  let high = await measureAt(HIGH_SHARE, sustainable);
  for (let attempt = 1; !high.sustained && !context.options.quick && attempt < MOST_ATTEMPTS; attempt++) {
    sustainable *= LESS;
    high = await measureAt(HIGH_SHARE, sustainable);
  }
  return { drained, sustainable, scorers, levels: [await measureAt(HALF, sustainable), high] };
}
