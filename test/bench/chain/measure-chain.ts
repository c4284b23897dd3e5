import { DEFAULT_POLICY, ZIPF_POLICY, repeat } from '../harness/bench-context.ts';
import type { BenchContext } from '../harness/bench-context.ts';
import { measured } from '../harness/measured.ts';
import type { Measured } from '../harness/measured.ts';
import type { FilledTopic } from '../workload/fill-topic.ts';
import { drainBacklog } from './drain.ts';
import type { Drain } from './drain.ts';

/** The whole service on one input with a number of scorers. Processor time is seconds per million events. */
export interface ChainFigures {
  readonly input: 'zipf' | 'uniform' | 'simulator';
  readonly scorers: number;
  readonly events: number;
  /** Records that tell a feed's progress; no rate counts them. */
  readonly marks: number;
  readonly subscribers: number;
  readonly meanValueBytes: number;
  readonly policyFile: string;
  readonly eventsPerSecond: Measured;
  readonly cpuSecondsPerMillionEvents: {
    readonly scorers: Measured | null;
    readonly redis: Measured;
    /** Scorers and Redis. */
    readonly total: Measured | null;
    /** Apart. */
    readonly broker: Measured | null;
  };
  /** Subscribers' states, the daily wheel and the bands. */
  readonly bytesPerSubscriber: Measured;
  /** Of that, key and value of a subscriber's state. */
  readonly stateBytesPerSubscriber: Measured;
  /** Highest of all runs. */
  readonly memory: {
    readonly scorerPeakRssBytes: number | null;
    readonly redisRssBytes: number;
    readonly brokerPeakRssBytes: number | null;
  };
  /** Scores made, over events: those that events brought about and the daily ones. */
  readonly scoresPerEvent: number;
  readonly episodes: number;
  /** Least share of the events that a run's rate was taken over. */
  readonly measuredShare: number;
}

export interface ChainInput {
  readonly name: ChainFigures['input'];
  readonly filled: FilledTopic;
  /** Numbers of scorers to run it with. */
  readonly scorers: readonly number[];
}

/** Each input with its numbers of scorers. The last run leaves its state in Redis. */
export async function measureChain(context: BenchContext, inputs: readonly ChainInput[]): Promise<ChainFigures[]> {
  const plans = inputs.flatMap((input) =>
    input.scorers.map((scorers) => ({ ...input, scorers, drains: [] as Drain[] })),
  );
  await repeat(context, 1, async (run) => {
    for (const { name, filled, scorers, drains } of plans) {
      const title = `${name}, ${scorers} scorer${scorers === 1 ? '' : 's'}, run ${run} of ${context.options.runs}`;
      const setup = { scorers, policyFile: policyOf(name), keyspace: '' };
      drains.push(await context.progress.step(title, (detail) => drainBacklog(context, filled, setup, detail)));
    }
  });
  return plans.map(({ name, filled, scorers, drains }) => toFigures(name, filled, scorers, drains));
}

function policyOf(input: ChainFigures['input']): string {
  return input === 'simulator' ? DEFAULT_POLICY : ZIPF_POLICY;
}

function toFigures(
  input: ChainFigures['input'],
  filled: FilledTopic,
  scorers: number,
  drains: readonly Drain[],
): ChainFigures {
  const all = (pick: (drain: Drain) => number): Measured => measured(drains.map(pick));
  return {
    input,
    scorers,
    events: filled.events,
    marks: filled.marks,
    subscribers: filled.subscribers,
    meanValueBytes: filled.meanValueBytes,
    policyFile: policyOf(input),
    eventsPerSecond: all((drain) => drain.eventsPerSecond),
    cpuSecondsPerMillionEvents: {
      scorers: known(drains.map((drain) => drain.scorersCpu)),
      redis: all((drain) => drain.redisCpu),
      total: known(
        drains.map((drain) => (drain.scorersCpu === undefined ? undefined : drain.scorersCpu + drain.redisCpu)),
      ),
      broker: known(drains.map((drain) => drain.brokerCpu)),
    },
    bytesPerSubscriber: all((drain) => drain.bytesPerSubscriber),
    stateBytesPerSubscriber: all((drain) => drain.stateBytes),
    memory: {
      scorerPeakRssBytes: highest(drains.flatMap((drain) => drain.scorerPeakRssBytes)),
      redisRssBytes: Math.max(...drains.map((drain) => drain.redisRssBytes)),
      brokerPeakRssBytes: highest(drains.flatMap((drain) => drain.brokerPeakRssBytes ?? [])),
    },
    scoresPerEvent: drains[0]?.scoresPerEvent ?? Number.NaN,
    episodes: drains[0]?.episodes ?? Number.NaN,
    measuredShare: Math.min(...drains.map((drain) => drain.measuredShare)),
  };
}

function known(values: readonly (number | undefined)[]): Measured | null {
  const found = values.filter((value) => value !== undefined);
  return found.length === values.length ? measured(found) : null;
}

function highest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}
