import { join } from 'node:path';
import { Type } from 'typebox';
import { PARTITIONS } from '../harness/bench-context.ts';
import type { BenchContext } from '../harness/bench-context.ts';
import { startChild } from '../harness/child.ts';
import type { ZipfWorkloadOptions } from './zipf-workload.ts';

/** What a topic was filled with. */
export interface FilledTopic {
  readonly topic: string;
  readonly events: number;
  /** Records that tell a feed's progress, in all partitions together; no rate counts them. */
  readonly marks: number;
  /** Who has at least one event. */
  readonly subscribers: number;
  /** Mean size of an event's value. */
  readonly meanValueBytes: number;
}

/** What fill-topic.process.ts makes: a generated workload, or the simulated operator. */
export type WorkloadSource =
  | (Pick<ZipfWorkloadOptions, 'events' | 'subscribers' | 'partitions' | 'exponent'> &
      Partial<Pick<ZipfWorkloadOptions, 'hotShare'>>)
  | { readonly simulatedSubscribers: number; readonly days: number; readonly partitions: number };

const SIMULATED_DAYS = 75;

const Filled = Type.Object({
  events: Type.Number(),
  marks: Type.Number(),
  subscribers: Type.Number(),
  valueBytes: Type.Number(),
  done: Type.Boolean(),
});

/** The generated workload, with the keys and in the size that was asked for. */
export function fillGenerated(context: BenchContext, topic: string): Promise<FilledTopic> {
  const { events, subscribers, keys } = context.options;
  const exponent = keys === 'zipf' ? 1 : 0;
  return fillTopic(context, topic, `writing ${events.toLocaleString('en')} events (${keys})`, {
    events,
    subscribers,
    partitions: PARTITIONS,
    exponent,
  });
}

/** The simulated operator's events. */
export function fillSimulated(context: BenchContext, topic: string): Promise<FilledTopic> {
  const { simulatedSubscribers } = context.options;
  return fillTopic(context, topic, `writing ${SIMULATED_DAYS} days of ${simulatedSubscribers} simulated subscribers`, {
    simulatedSubscribers,
    days: SIMULATED_DAYS,
    partitions: PARTITIONS,
  });
}

/** Writes a workload to a topic that exists, in a process of its own. */
export async function fillTopic(
  { stack, progress, signal }: Pick<BenchContext, 'stack' | 'progress' | 'signal'>,
  topic: string,
  title: string,
  source: WorkloadSource,
): Promise<FilledTopic> {
  const script = join(import.meta.dirname, 'fill-topic.process.ts');
  const child = startChild(script, { brokers: stack.brokers, topic, source }, signal);
  try {
    return await progress.step(title, async (detail) => {
      for (;;) {
        const { events, marks, subscribers, valueBytes, done } = await child.next(Filled);
        detail(events.toLocaleString('en'));
        if (done) return { topic, events, marks, subscribers, meanValueBytes: valueBytes / events };
      }
    });
  } finally {
    child.end();
  }
}
