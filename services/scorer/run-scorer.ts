import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { KafkaAccess } from '../platform/kafka/client.ts';
import { createPartitionOf } from '../platform/kafka/partition.ts';
import { DeadLetterRefusedError } from '../platform/kafka/dead-letter.ts';
import { findingOfConsumer } from '../platform/kafka/consumer-health.ts';
import { isKafkaOutage, isMissingKafkaRight, kafkaTrouble } from '../platform/kafka/kafka-trouble.ts';
import type { OffsetReader } from '../platform/kafka/offsets.ts';
import { logLevelOf, startPartitionConsumer } from '../platform/kafka/partition-consumer.ts';
import type { Producer } from '../platform/kafka/producer.ts';
import { RubbishShareError } from '../platform/kafka/rubbish-share.ts';
import type { Part, PartBoard } from '../platform/process/part-board.ts';
import { watchPart } from '../platform/process/watch-part.ts';
import { isRedisOutage } from '../platform/redis/is-redis-outage.ts';
import { isMissingRight } from '../platform/redis/missing-right.ts';
import { redisTrouble } from '../platform/redis/redis-trouble.ts';
import { PartitionCountError } from '../platform/redis/partition-store.ts';
import type { PartitionStore } from '../platform/redis/partition-store.ts';
import type { Logger } from '../platform/telemetry/logger.ts';
import type { DriftBaseline } from '../core/quality/drift-baseline.ts';
import type { Policy } from '../core/policy/policy.ts';
import { createCivilCalendar } from '../core/time/civil-calendar.ts';
import type { ScorerConfig } from './config.ts';
import { createBreather } from './breather.ts';
import { LostEventsError, OutboxRefusedError, holdPartitions } from './hold-partitions.ts';
import { createParkRecords } from './park-records.ts';
import type { RiskModel } from './ports.ts';
import { publishOutbox } from './publish-outbox.ts';
import type { ScorerMetrics } from './scorer-metrics.ts';

/**
 * Records between two heartbeats, below a second of work; a long sweep calls for its own. Each slice ends with a commit:
 * the longer it is, the more events of busy subscribers share one write.
 */
const SLICE_RECORDS = 8_000;

const RETRY_MS = 1_000;
/** States in memory of all partitions together: at 30 kB for the busiest, below a gigabyte. */
const KNOWN_STATES = 30_000;
/** Members hear of a rebalance at their next heartbeat, and all of them wait for the last one. */
const HEARTBEAT_INTERVAL_MS = 1_000;
const PUBLISH_AT_STOP_WITHIN_MS = 2_500;

export interface ScorerDeps {
  readonly config: ScorerConfig;
  readonly kafka: KafkaAccess;
  readonly partitionCount: number;
  readonly store: PartitionStore;
  readonly producer: Producer;
  readonly offsets: OffsetReader;
  readonly model: RiskModel;
  /** What daily scores are compared with. */
  readonly driftBaseline: DriftBaseline;
  readonly policy: Policy;
  readonly metrics: ScorerMetrics;
  readonly log: Logger;
  readonly board: PartBoard;
  /** Of the board; up once a broker was there, and told from then on by this. */
  readonly kafkaPart: Part;
  /** Aborts when the process is told to stop. */
  readonly signal: AbortSignal;
  /** What this process must not go on after. */
  readonly onFatal: (error: Error) => void;
}

export interface RunningScorer {
  /** Leaves the group after the batch in work has been committed and published. */
  stop(): Promise<void>;
}

/** Joins the group and works on the partitions it is given until stopped. */
export function runScorer(deps: ScorerDeps): RunningScorer {
  const { config, store, producer, metrics, log, policy, board, kafkaPart } = deps;
  const topic = config.CHURN_INPUT_TOPIC;
  const failingLimitMs = config.CHURN_FAILING_LIMIT_SECONDS * 1_000;
  const membership = board.part('consumer group', 'joining again');
  const partitionPart = (partition: number): Part =>
    board.part(
      `partition ${partition}`,
      `it is paused and tried again while the others go on; the process ends with exit code 1 if it still fails ` +
        `after ${config.CHURN_FAILING_LIMIT_SECONDS} s`,
    );
  const outboxPart = (partition: number): Part =>
    board.part(`outbox of partition ${partition}`, 'what waits is kept and sent again; its partition reads no further');

  function stopWhereEventsAreLost(error: unknown): void {
    if (error instanceof LostEventsError || error instanceof PartitionCountError) deps.onFatal(error);
  }

  const held = holdPartitions({
    topic,
    store,
    offsets: deps.offsets,
    sliceRecords: SLICE_RECORDS,
    newOwner: randomUUID,
    pause: () => delay(RETRY_MS),
    worker: {
      store,
      model: timed(deps.model, metrics),
      driftBaseline: deps.driftBaseline,
      onDecided: (counts) => {
        metrics.noteDecided(counts);
      },
      policy,
      calendar: createCivilCalendar(policy.timeZone),
      park: createParkRecords({
        topic,
        consumerGroup: config.CHURN_SCORER_GROUP,
        send: (records) => producer.send(records),
        onParked: (reason) => {
          metrics.noteDeadLetters(topic, reason, 1);
        },
      }),
      rubbishShare: config.CHURN_RUBBISH_SHARE,
      partitionOf: createPartitionOf(deps.partitionCount),
      commitLimit: config.CHURN_COMMIT_LIMIT,
      knownLimit: Math.ceil(KNOWN_STATES / deps.partitionCount),
      breathe: createBreather(),
    },
    publish({ partition, owner }) {
      return publishOutbox(partition, owner, {
        store,
        producer,
        topics: { score: config.CHURN_SCORE_TOPIC, alert: config.CHURN_ALERT_TOPIC },
        onPublished: (kind, count) => {
          metrics.notePublished(kind, count);
        },
      });
    },
    onAcquired(partition, { time }) {
      metrics.noteTime(partition, time);
    },
    onProcessed(partition, progress) {
      metrics.noteProgress(partition, progress);
    },
    onPublishFailed(partition, error) {
      // An outage is told once, by the part that is out.
      if (isRedisOutage(error) || (isKafkaOutage(error) && !kafkaPart.isUp())) return;
      outboxPart(partition).missing(messageOf(error));
    },
    onPublishedAgain(partition) {
      const part = outboxPart(partition);
      part.up();
      part.remove();
    },
    onAcquireFailed(partition, error) {
      stopWhereEventsAreLost(error);
      if (!isOutage(error))
        log.warn({ partition, cause: messageOf(error) }, 'the partition could not be taken over yet');
    },
    onFenced(partition, detail) {
      metrics.noteFenced();
      log.warn({ partition, detail }, 'another instance owns the partition; nothing was written');
    },
  });

  const consumer = startPartitionConsumer(
    {
      ...deps.kafka,
      clientId: 'churn-scorer',
      groupId: config.CHURN_SCORER_GROUP,
      topic,
      sessionTimeoutMs: config.CHURN_SESSION_TIMEOUT_MS,
      heartbeatIntervalMs: Math.min(HEARTBEAT_INTERVAL_MS, Math.floor(config.CHURN_SESSION_TIMEOUT_MS / 10)),
      maxBytesPerPartition: 1_048_576,
      partitionsAtOnce: 4,
      commitIntervalMs: 5_000,
      failures: { isOutage, giveUpAfterMs: failingLimitMs },
      // An outage is told once, by the board.
      onClientLog: (_level, message, detail) => {
        log.debug({ detail }, message);
      },
    },
    {
      onAssigned(partitions) {
        held.assign(partitions);
        metrics.noteReleased();
        for (let partition = 0; partition < deps.partitionCount; partition++) {
          if (partitions.includes(partition)) continue;
          partitionPart(partition).remove();
          outboxPart(partition).remove();
        }
      },
      async positionOf(partition) {
        try {
          return await held.positionOf(partition);
        } catch (error) {
          // In a partition without news no batch would tell.
          stopWhereEventsAreLost(error);
          throw error;
        }
      },
      async onBatch(batch) {
        try {
          return await held.handle(batch);
        } catch (error) {
          stopWhereEventsAreLost(error);
          throw error;
        }
      },
      onFailing(partition, error, failure) {
        metrics.noteFailing(partition, failure.type !== 'outage');
        if (error instanceof RubbishShareError) metrics.noteRubbish(partition, error.rubbish);
        if (failure.type === 'outage') return;
        partitionPart(partition).missing(messageOf(error));
        if (failure.type === 'retry') return;
        const seconds = Math.round(failingLimitMs / 1_000);
        deps.onFatal(
          new Error(`partition ${partition} has been failing for more than ${seconds} s: ${messageOf(error)}`),
        );
      },
      onRecovered(partition) {
        metrics.noteFailing(partition, false);
        const part = partitionPart(partition);
        part.up();
        part.remove();
      },
      onState(state, detail) {
        log[logLevelOf(state)]({ state, detail }, 'membership of the consumer group');
        if (state === 'joined') membership.up(detail);
      },
    },
  );
  void watchPart(kafkaPart, () => findingOfConsumer(consumer.health(), performance.now()), deps.signal);

  return {
    async stop() {
      await consumer.stop();
      // Kafka may be away: what waits in an outbox is published after the next start.
      const late = new AbortController();
      await Promise.race([held.settled(), delay(PUBLISH_AT_STOP_WITHIN_MS, undefined, late)]);
      late.abort();
    },
  };
}

/** Trouble of a part that all partitions need: waited out, and told by that part. */
function isOutage(error: unknown): boolean {
  if (error instanceof OutboxRefusedError) return isOutage(error.cause);
  if (error instanceof DeadLetterRefusedError) return error.isUnanswered;
  return isRedisOutage(error) || isKafkaOutage(error);
}

function messageOf(error: unknown): string {
  if (error instanceof OutboxRefusedError) return `${error.message}: ${messageOf(error.cause)}`;
  if (isMissingRight(error)) return `Redis: ${redisTrouble(error)}`;
  if (isMissingKafkaRight(error)) return `Kafka: ${kafkaTrouble(error)}`;
  return error instanceof Error ? error.message : String(error);
}

function timed(model: RiskModel, metrics: ScorerMetrics): RiskModel {
  return {
    modelVersion: model.modelVersion,
    featureSchemaSha256: model.featureSchemaSha256,
    explain: (vector) => model.explain(vector),
    async scoreBatch(rows, count) {
      const startedAt = performance.now();
      const scores = await model.scoreBatch(rows, count);
      metrics.noteScored((performance.now() - startedAt) / 1_000);
      return scores;
    },
  };
}
