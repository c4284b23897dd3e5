import { randomBytes } from 'node:crypto';
import type { BenchStack } from '../../../deploy/local/bench-stack.ts';
import type { createProgress } from '../../../deploy/local/progress.mjs';
import { createKafka } from '../../../services/platform/kafka/client.ts';
import type { KafkaSettings } from '../../../services/platform/kafka/client.ts';
import { DEAD_LETTER_SUFFIX } from '../../../services/platform/kafka/dead-letter.ts';
import { ensureTopics } from '../../../services/platform/kafka/topics.ts';
import type { RedisClient } from '../../../services/platform/redis/redis-client.ts';
import type { BenchOptions } from './bench-options.ts';

export const PARTITIONS = 4;
export const ZIPF_POLICY = 'test/bench/policy/zipf.yaml';
/** Warns of many, so that there are alerts enough to measure by. */
export const ALERTS_POLICY = 'test/bench/policy/alerts.yaml';
export const MODEL_DIRECTORY = 'models/churn-prepaid/1.1.0';
export const DEFAULT_POLICY = 'deploy/policy/default.yaml';

/** What every part of the bench works with. */
export interface BenchContext {
  readonly options: BenchOptions;
  readonly stack: BenchStack;
  readonly kafka: KafkaSettings;
  /** A client of the bench's own; the database behind it is the bench's alone and is flushed between runs. */
  readonly redis: RedisClient;
  readonly progress: ReturnType<typeof createProgress>;
  readonly logDirectory: string;
  /** Ends whatever is under way when the bench is told to stop. */
  readonly signal: AbortSignal;
  readonly budget: Budget;
}

/** Says whether there is time to measure something once more. */
export interface Budget {
  /** Whether work of so many seconds would end within a share (0–1) of the whole time. */
  hasTimeFor(seconds: number, share: number): boolean;
}

export function createBudget(minutes: number): Budget {
  const startMs = performance.now();
  return {
    hasTimeFor: (seconds, share) => performance.now() + seconds * 1_000 <= startMs + share * minutes * 60_000,
  };
}

/** Does `work` for each run while there is time up to a share of the whole; the first time in any case. */
export async function repeat(
  { options, budget, progress }: BenchContext,
  share: number,
  work: (run: number) => Promise<void>,
): Promise<void> {
  for (let run = 1; run <= options.runs; run++) {
    const startedMs = performance.now();
    await work(run);
    const seconds = (performance.now() - startedMs) / 1_000;
    if (run === options.runs || budget.hasTimeFor(seconds, share)) continue;
    progress.note(`  no time for more than ${run} of ${options.runs} runs (--minutes)`);
    return;
  }
}

export interface BenchTopics {
  readonly input: string;
  readonly score: string;
  readonly alert: string;
  readonly workOrder: string;
  readonly outcome: string;
}

/** Names that no other run has, on a broker that others may use too. */
export function nameTopics(): BenchTopics {
  const name = `bench-${randomBytes(4).toString('hex')}`;
  return {
    input: `${name}.event`,
    score: `${name}.score`,
    alert: `${name}.alert`,
    workOrder: `${name}.work-order`,
    outcome: `${name}.outcome`,
  };
}

/** Makes the topics and those for their dead letters; an input that exists already stays as it is. */
export async function makeTopics(kafka: KafkaSettings, topics: BenchTopics): Promise<void> {
  await ensureTopics(
    kafka,
    allTopics(topics).map((topic) => ({ topic, partitions: PARTITIONS, config: { 'retention.ms': '-1' } })),
  );
}

/** Removes topics of this bench, apart from an input that is still wanted. */
export async function dropTopics(kafka: KafkaSettings, topics: BenchTopics, keep?: string): Promise<void> {
  const admin = createKafka(kafka).admin();
  await admin.connect();
  try {
    await admin.deleteTopics({ topics: allTopics(topics).filter((topic) => topic !== keep) });
  } finally {
    await admin.disconnect();
  }
}

function allTopics({ input, score, alert, workOrder, outcome }: BenchTopics): string[] {
  const deadLetters = [input, alert, outcome].map((topic) => `${topic}${DEAD_LETTER_SUFFIX}`);
  return [input, score, alert, workOrder, outcome, ...deadLetters];
}
