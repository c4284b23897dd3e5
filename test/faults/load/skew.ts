import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openBenchStack } from '../../../deploy/local/bench-stack.ts';
import { createRunDirectory, removeDirectory } from '../../../deploy/local/run-directory.ts';
import { openRedis } from '../../../services/platform/redis/client.ts';
import { drainBacklog } from '../../bench/chain/drain.ts';
import type { Drain } from '../../bench/chain/drain.ts';
import { PARTITIONS, ZIPF_POLICY, createBudget, makeTopics, nameTopics } from '../../bench/harness/bench-context.ts';
import type { BenchContext } from '../../bench/harness/bench-context.ts';
import { parseBenchOptions } from '../../bench/harness/bench-options.ts';
import { measured } from '../../bench/harness/measured.ts';
import { fillTopic } from '../../bench/workload/fill-topic.ts';
import type { FilledTopic } from '../../bench/workload/fill-topic.ts';
import type { FaultScenario, ScenarioContext, ScenarioResult } from '../scenario.ts';

const SCORERS = 2;
const LEAST_SHARE = 0.8;
const SIZES = {
  small: { events: 8_000, runs: 1 },
  full: { events: 300_000, runs: 3 },
} as const;
const INPUTS = [
  { name: 'uniform', exponent: 0, hotShare: 0 },
  { name: 'Zipf 1.2', exponent: 1.2, hotShare: 0 },
  { name: 'one subscriber half', exponent: 0, hotShare: 0.5 },
] as const;

export const skew: FaultScenario = {
  name: 'skew',
  isAlone: true,
  promise:
    'where one subscriber has half of the traffic, or popularity follows Zipf 1.2, at least 0.8 times the uniform throughput is left',
  run: runSkew,
};

interface Plan {
  readonly name: (typeof INPUTS)[number]['name'];
  readonly filled: FilledTopic;
  readonly drains: Drain[];
}

/** Backlogs of the same size are drained in turns, so that a busy machine is busy for all of them. */
async function runSkew(context: ScenarioContext): Promise<ScenarioResult> {
  const { events, runs } = SIZES[context.size];
  const bench = await openBench(context, events);
  const plans: Plan[] = [];
  for (const { name, exponent, hotShare } of INPUTS) {
    const topics = nameTopics();
    await makeTopics(bench.kafka, topics);
    const source = { events, subscribers: bench.options.subscribers, partitions: PARTITIONS, exponent, hotShare };
    plans.push({ name, filled: await fillTopic(bench, topics.input, `writing ${name}`, source), drains: [] });
  }
  const setup = { scorers: SCORERS, policyFile: ZIPF_POLICY, keyspace: '' };
  for (let run = 1; run <= runs; run++) {
    for (const { name, filled, drains } of plans) {
      context.progress(`${name}, run ${run} of ${runs}`);
      drains.push(await drainBacklog(bench, filled, setup));
    }
  }
  return toResult(context, plans);
}

function toResult({ size }: ScenarioContext, plans: readonly Plan[]): ScenarioResult {
  const medianOf = ({ drains }: Plan, pick: (drain: Drain) => number): number => measured(drains.map(pick)).median;
  const uniform = plans.find(({ name }) => name === 'uniform');
  const usual = uniform === undefined ? Number.NaN : medianOf(uniform, (drain) => drain.eventsPerSecond);
  const skewed = plans.filter((plan) => plan !== uniform);
  const shares = skewed.map((plan) => ({ plan, share: medianOf(plan, (drain) => drain.eventsPerSecond) / usual }));
  // Each drain has made sure that all events were folded, each once.
  const folded = plans.reduce((sum, { filled, drains }) => sum + filled.events * drains.length, 0);
  return {
    injected: Object.fromEntries(
      skewed.map(({ name, filled, drains }) => [`events of ${name}`, filled.events * drains.length]),
    ),
    compared: { 'events folded': folded },
    lost: 0,
    doubled: 0,
    invented: 0,
    // Drains of a few seconds say little.
    differences: shares.flatMap(({ plan, share }) =>
      share >= LEAST_SHARE || size === 'small' ? [] : [`${plan.name}: ${share.toFixed(2)} of the uniform throughput`],
    ),
    measured: Object.fromEntries([
      ...shares.map(({ plan, share }) => [`${plan.name}, share of the uniform throughput`, rounded(share)] as const),
      ...plans.flatMap((plan) => {
        const rates = measured(plan.drains.map((drain) => drain.eventsPerSecond));
        return [
          [`${plan.name}, events/s, median`, Math.round(rates.median)],
          [`${plan.name}, events/s, least`, Math.round(rates.min)],
          [`${plan.name}, events/s, most`, Math.round(rates.max)],
          [
            `${plan.name}, CPU-s per million events of scorers and Redis, median`,
            rounded(medianOf(plan, ({ scorersCpu, redisCpu }) => (scorersCpu ?? Number.NaN) + redisCpu)),
          ],
          [`${plan.name}, scores per event`, rounded(medianOf(plan, (drain) => drain.scoresPerEvent))],
        ] as const;
      }),
    ]),
  };
}

/** The chain bench on a stack of its own. */
async function openBench(context: ScenarioContext, events: number): Promise<BenchContext> {
  const directory = createRunDirectory();
  context.after(() => {
    removeDirectory(directory);
    return Promise.resolve();
  });
  const logDirectory = join(directory, 'logs');
  mkdirSync(logDirectory);
  const stack = await openBenchStack(directory, { CHURN_STACK: 'native' });
  context.after(() => stack.close());
  const redis = await openRedis({ url: stack.redisUrl });
  context.after(() => {
    redis.disconnect();
    return Promise.resolve();
  });
  return {
    options: parseBenchOptions(['--events', String(events)]),
    stack,
    kafka: { brokers: stack.brokers, clientId: 'churn-skew' },
    redis,
    progress: {
      note: (text) => {
        context.progress(text);
      },
      step(title, work) {
        context.progress(title);
        return work((text) => {
          context.progress(`${title}: ${text}`);
        });
      },
    },
    logDirectory,
    signal: context.signal,
    budget: createBudget(Infinity),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
