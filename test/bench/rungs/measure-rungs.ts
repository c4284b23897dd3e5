import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { startChild } from '../harness/child.ts';
import { MODEL_DIRECTORY, PARTITIONS, ZIPF_POLICY, repeat } from '../harness/bench-context.ts';
import type { BenchContext } from '../harness/bench-context.ts';
import { measured } from '../harness/measured.ts';
import type { Measured } from '../harness/measured.ts';
import { cpuSecondsOf } from '../harness/usage.ts';
import type { FilledTopic } from '../workload/fill-topic.ts';
import { RUNGS } from './rung-work.ts';
import type { Rung } from './rung-work.ts';

/** The chain comes after it and takes longer. */
const SHARE_OF_TIME = 0.35;

/** Cost of one step of the work with all before it. Processor time is seconds per million events. */
export interface RungFigures {
  readonly rung: Rung | 'commit';
  readonly eventsPerSecond: Measured;
  readonly cpuSecondsPerMillionEvents: {
    readonly scorers: Measured | null;
    readonly redis: Measured | null;
    /** Apart: not part of any sum. null where its process is not one of this machine's that we know. */
    readonly broker: Measured | null;
  };
  readonly peakRssBytes: number | null;
  readonly scoresPerEvent: number;
}

const RungResult = Type.Object({
  seconds: Type.Number(),
  cpuSeconds: Type.Number(),
  peakRssBytes: Type.Number(),
  events: Type.Number(),
  scored: Type.Number(),
});
type RungResult = Static<typeof RungResult> & { readonly brokerCpuSeconds: number | undefined };

/** All rungs but the last, in turn, so that what disturbs the machine for a while does not hit one of them alone. */
export async function measureRungs(context: BenchContext, filled: FilledTopic): Promise<RungFigures[]> {
  const results = new Map<Rung, RungResult[]>(RUNGS.map((rung) => [rung, []]));
  await repeat(context, SHARE_OF_TIME, async (run) => {
    for (const rung of RUNGS) {
      const title = `rung ${rung}, run ${run} of ${context.options.runs}`;
      const result = await context.progress.step(title, () => runRung(context, filled, rung));
      results.get(rung)?.push(result);
    }
  });
  return RUNGS.map((rung) => toFigures(rung, results.get(rung) ?? [], filled.events));
}

async function runRung(
  { stack, signal }: BenchContext,
  { topic, events }: FilledTopic,
  rung: Rung,
): Promise<RungResult> {
  const argument = {
    brokers: stack.brokers,
    topic,
    groupId: `bench-${randomUUID()}`,
    rung,
    partitions: PARTITIONS,
    policyFile: ZIPF_POLICY,
    modelDirectory: MODEL_DIRECTORY,
  };
  const child = startChild(join(import.meta.dirname, 'rung.process.ts'), argument, signal);
  const before = cpuSecondsOf(stack.brokerPid);
  try {
    const result = await child.next(RungResult);
    const after = cpuSecondsOf(stack.brokerPid);
    if (rung !== 'consume' && result.events !== events) {
      throw new Error(`the rung ${rung} took ${result.events} of ${events} events`);
    }
    return { ...result, brokerCpuSeconds: before === undefined || after === undefined ? undefined : after - before };
  } finally {
    child.end();
  }
}

function toFigures(rung: Rung, results: readonly RungResult[], events: number): RungFigures {
  const perMillion = (seconds: number): number => (seconds / events) * 1e6;
  const broker = results.flatMap(({ brokerCpuSeconds }) => brokerCpuSeconds ?? []).map(perMillion);
  return {
    rung,
    eventsPerSecond: measured(results.map(({ seconds }) => events / seconds)),
    cpuSecondsPerMillionEvents: {
      scorers: measured(results.map(({ cpuSeconds }) => perMillion(cpuSeconds))),
      redis: null,
      broker: broker.length === 0 ? null : measured(broker),
    },
    peakRssBytes: Math.max(...results.map(({ peakRssBytes }) => peakRssBytes)),
    scoresPerEvent: (results[0]?.scored ?? 0) / events,
  };
}
