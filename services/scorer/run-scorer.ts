import { brokersOf } from '../platform/config/shared-variables.ts';
import { createPartitionOf } from '../platform/kafka/partition.ts';
import { toDeadLetter } from '../platform/kafka/dead-letter.ts';
import type { OffsetReader } from '../platform/kafka/offsets.ts';
import { startPartitionConsumer } from '../platform/kafka/partition-consumer.ts';
import type { Producer } from '../platform/kafka/producer.ts';
import { PartitionCountError } from '../platform/redis/partition-store.ts';
import type { PartitionStore } from '../platform/redis/partition-store.ts';
import type { Logger } from '../platform/telemetry/logger.ts';
import type { Policy } from '../core/policy/policy.ts';
import { createCivilCalendar } from '../core/time/civil-calendar.ts';
import type { ScorerConfig } from './config.ts';
import { LostEventsError, holdPartitions } from './hold-partitions.ts';
import type { ParkRecords, RiskModel } from './ports.ts';
import { publishOutbox } from './publish-outbox.ts';
import type { ScorerMetrics } from './scorer-metrics.ts';

/** Records between two heartbeats, well below a second of work; a long sweep calls for its own. */
const SLICE_RECORDS = 2_000;

const RETRY_MS = 1_000;
/** States in memory of all partitions together: at 30 kB for the busiest, below a gigabyte. */
const KNOWN_STATES = 30_000;

export interface ScorerDeps {
  readonly config: ScorerConfig;
  readonly partitionCount: number;
  readonly store: PartitionStore;
  readonly producer: Producer;
  readonly offsets: OffsetReader;
  readonly model: RiskModel;
  readonly policy: Policy;
  readonly metrics: ScorerMetrics;
  readonly log: Logger;
  /** What this process must not go on after. */
  readonly onFatal: (error: Error) => void;
}

export interface RunningScorer {
  isJoined(): boolean;
  /** Leaves the group after the batch in work has been committed and published. */
  stop(): Promise<void>;
}

/** Joins the group and works on the partitions it is given until stopped. */
export function runScorer(deps: ScorerDeps): RunningScorer {
  const { config, store, producer, metrics, log, policy } = deps;
  const topic = config.CHURN_INPUT_TOPIC;

  function stopWhereEventsAreLost(error: unknown): void {
    if (error instanceof LostEventsError || error instanceof PartitionCountError) deps.onFatal(error);
  }

  const held = holdPartitions({
    topic,
    store,
    offsets: deps.offsets,
    sliceRecords: SLICE_RECORDS,
    retryMs: RETRY_MS,
    worker: {
      store,
      model: timed(deps.model, metrics),
      policy,
      calendar: createCivilCalendar(policy.timeZone),
      park: createPark(deps),
      partitionOf: createPartitionOf(deps.partitionCount),
      commitLimit: config.CHURN_COMMIT_LIMIT,
      knownLimit: Math.ceil(KNOWN_STATES / deps.partitionCount),
    },
    async publish({ partition, owner }) {
      await publishOutbox(partition, owner, {
        store,
        producer,
        topics: { score: config.CHURN_SCORE_TOPIC, alert: config.CHURN_ALERT_TOPIC },
        onPublished: (kind, count) => {
          metrics.notePublished(kind, count);
        },
      });
    },
    onProcessed(partition, progress) {
      metrics.noteProgress(partition, progress);
    },
    onPublishFailed(partition, error) {
      log.warn({ partition, error }, 'Kafka does not take what waits in the outbox; trying again');
    },
    onAcquireFailed(partition, error) {
      stopWhereEventsAreLost(error);
      log.warn({ partition, error }, 'the partition could not be taken over yet');
    },
    onFenced(partition, detail) {
      metrics.noteFenced();
      log.warn({ partition, detail }, 'another instance owns the partition; nothing was written');
    },
  });

  const consumer = startPartitionConsumer(
    {
      brokers: brokersOf(config.CHURN_KAFKA_BROKERS),
      clientId: 'churn-scorer',
      groupId: config.CHURN_SCORER_GROUP,
      topic,
      sessionTimeoutMs: config.CHURN_SESSION_TIMEOUT_MS,
      heartbeatIntervalMs: Math.floor(config.CHURN_SESSION_TIMEOUT_MS / 10),
      maxBytesPerPartition: 1_048_576,
      partitionsAtOnce: 4,
      commitIntervalMs: 5_000,
      onClientLog: (level, message, detail) => {
        log[level === 'info' ? 'debug' : 'warn']({ detail }, message);
      },
    },
    {
      onAssigned(partitions) {
        held.assign(partitions);
        metrics.noteReleased();
      },
      positionOf: (partition) => held.positionOf(partition),
      async onBatch(batch) {
        try {
          return await held.handle(batch);
        } catch (error) {
          stopWhereEventsAreLost(error);
          throw error;
        }
      },
      onState(state, detail) {
        log[state === 'joined' || state === 'left' ? 'info' : 'warn'](
          { state, detail },
          'membership of the consumer group',
        );
      },
    },
  );

  return {
    isJoined: () => consumer.isJoined(),
    async stop() {
      await consumer.stop();
      await held.settled();
    },
  };
}

function createPark({ config, producer, metrics }: ScorerDeps): ParkRecords {
  return async function park(partition, parked) {
    const origin = { topic: config.CHURN_INPUT_TOPIC, partition, consumerGroup: config.CHURN_SCORER_GROUP };
    await producer.send(
      parked.map(({ record, reason, detail }) => toDeadLetter(record, { ...origin, reason, detail })),
    );
    for (const { reason } of parked) metrics.noteDeadLetters(origin.topic, reason, 1);
  };
}

function timed(model: RiskModel, metrics: ScorerMetrics): RiskModel {
  return {
    modelVersion: model.modelVersion,
    reasonsOf: (vector, limit) => model.reasonsOf(vector, limit),
    async scoreBatch(rows, count) {
      const startedAt = performance.now();
      const scores = await model.scoreBatch(rows, count);
      metrics.noteScored(model.modelVersion, count, (performance.now() - startedAt) / 1_000);
      return scores;
    },
  };
}
