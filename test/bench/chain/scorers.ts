import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { failWhenOneEnds, startService } from '../../../deploy/local/demo/service-process.ts';
import type { ServiceProcess } from '../../../deploy/local/demo/service-process.ts';
import { freePort } from '../../../deploy/local/free-port.ts';
import { NO_COUNTS, parsePartitionRecord } from '../../../services/core/partition/partition-record.ts';
import type { PartitionCounts } from '../../../services/core/partition/partition-record.ts';
import { openOffsetReader } from '../../../services/platform/kafka/offsets.ts';
import type { LogBounds } from '../../../services/platform/kafka/offsets.ts';
import { createPartitionStore } from '../../../services/platform/redis/partition-store.ts';
import type { BenchContext, BenchTopics } from '../harness/bench-context.ts';
import { MODEL_DIRECTORY, PARTITIONS } from '../harness/bench-context.ts';
import { SCORER_NUMBERS } from '../harness/scorer-numbers.ts';

export interface ScorerSetup {
  readonly topics: BenchTopics;
  readonly policyFile: string;
  readonly keyspace: string;
}

/** Scorers as in production, as processes of their own, in a group that nobody used before. */
export interface RunningScorers {
  readonly pids: readonly number[];
  /** Rejects when one ends by itself. */
  readonly failed: Promise<never>;
  /** Whether all are members of the group and hold partitions. */
  areReady(): Promise<boolean>;
  stop(): Promise<void>;
  kill(): void;
}

/** Settings of a service on the bench's stack. */
export function serviceSettings({ stack }: BenchContext, setup: ScorerSetup): Record<string, string> {
  const { topics, policyFile, keyspace } = setup;
  return {
    CHURN_KAFKA_BROKERS: stack.brokers.join(','),
    CHURN_REDIS_URL: stack.redisUrl,
    CHURN_REDIS_KEYSPACE: keyspace,
    CHURN_INPUT_TOPIC: topics.input,
    CHURN_SCORE_TOPIC: topics.score,
    CHURN_ALERT_TOPIC: topics.alert,
    CHURN_WORK_ORDER_TOPIC: topics.workOrder,
    CHURN_OUTCOME_TOPIC: topics.outcome,
    CHURN_POLICY_FILE: policyFile,
    CHURN_MODEL_DIRECTORY: MODEL_DIRECTORY,
    CHURN_COMMIT_LIMIT: String(SCORER_NUMBERS.commitLimit),
    CHURN_LOG_LEVEL: 'warn',
  };
}

export async function startScorers(context: BenchContext, setup: ScorerSetup, count: number): Promise<RunningScorers> {
  const group = `bench-${randomUUID()}`;
  const services: ServiceProcess[] = [];
  const readyUrls: string[] = [];
  for (let number = 1; number <= count; number++) {
    const port = await freePort();
    readyUrls.push(`http://127.0.0.1:${port}/readyz`);
    services.push(
      await startService({
        name: `scorer-${group.slice(-6)}-${number}`,
        main: 'services/scorer/main.ts',
        settings: {
          ...serviceSettings(context, setup),
          CHURN_SCORER_GROUP: group,
          CHURN_OPERATIONS_PORT: String(port),
        },
        logDirectory: context.logDirectory,
      }),
    );
  }
  const failed = failWhenOneEnds(services);
  // Whoever waits for it meets the failure; an orderly stop is none.
  failed.catch(() => undefined);
  return {
    pids: services.map((service) => service.process.pid),
    failed,
    async areReady() {
      const answers = await Promise.all(
        readyUrls.map((url) =>
          fetch(url).then(
            ({ ok }) => ok,
            () => false,
          ),
        ),
      );
      return answers.every(Boolean);
    },
    async stop() {
      await Promise.all(services.map((service) => service.stop()));
    },
    kill() {
      for (const service of services) service.process.signal('SIGKILL');
    },
  };
}

/** What the scorers have committed so far. */
export interface Committed {
  readonly counts: PartitionCounts;
  /** Events settled: folded or refused for a reason. */
  readonly events: number;
  readonly nextOffsets: readonly bigint[];
  /** Nothing waits to be published. */
  readonly isPublished: boolean;
}

export async function readCommitted({ redis }: BenchContext, keyspace: string): Promise<Committed> {
  const store = createPartitionStore(redis, keyspace, PARTITIONS);
  const totals: Record<keyof PartitionCounts, number> = { ...NO_COUNTS };
  const nextOffsets: bigint[] = [];
  let waiting = 0;
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const { nextOffset, record } = await store.readPosition(partition);
    nextOffsets.push(nextOffset ?? 0n);
    waiting += (await store.readOutbox(partition, 1)).length;
    if (record === undefined) continue;
    const { counts } = parsePartitionRecord(record);
    for (const name of Object.keys(totals) as (keyof PartitionCounts)[]) totals[name] += counts[name];
  }
  const { folded, duplicates, late, parked } = totals;
  return { counts: totals, events: folded + duplicates + late + parked, nextOffsets, isPublished: waiting === 0 };
}

/** Bounds of each partition of a topic. */
export type TopicBounds = ReadonlyMap<number, LogBounds>;

/** Asks once, by a client of its own: one that is kept would stumble over topics that are dropped meanwhile. */
export async function readBounds({ kafka }: BenchContext, topic: string): Promise<TopicBounds> {
  const offsets = await openOffsetReader(kafka);
  try {
    return await offsets.allBoundsOf(topic);
  } finally {
    await offsets.close();
  }
}

/** Records of the topic that are not committed yet. */
export function lagOf(bounds: TopicBounds, { nextOffsets }: Committed): number {
  return nextOffsets.reduce((sum, next, partition) => sum + Number((bounds.get(partition)?.endOffset ?? 0n) - next), 0);
}

/** Waits until all that the topic holds now is committed and published. @throws if nothing moves for two minutes. */
export async function untilDrained(
  context: BenchContext,
  scorers: RunningScorers,
  topic: string,
  keyspace: string,
): Promise<Committed> {
  const patienceMs = 120_000;
  let movedAtMs = performance.now();
  let before = -1;
  const bounds = await readBounds(context, topic);
  for (;;) {
    context.signal.throwIfAborted();
    const committed = await readCommitted(context, keyspace);
    const lag = lagOf(bounds, committed);
    if (lag === 0 && committed.isPublished) return committed;
    if (lag !== before) movedAtMs = performance.now();
    before = lag;
    if (performance.now() - movedAtMs > patienceMs) throw new Error(`nothing moves any more: ${lag} records are left`);
    await Promise.race([delay(100), scorers.failed]);
  }
}
