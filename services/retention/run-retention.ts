import { setTimeout as delay } from 'node:timers/promises';
import { decodeRiskAlert } from '../contracts/risk.ts';
import { decodeReportedOutcome } from '../contracts/reported-outcome.ts';
import { encodeLogRecord } from '../contracts/log-record.ts';
import { closeGracefully } from '../platform/http/close-gracefully.ts';
import { findingOfConsumers } from '../platform/kafka/consumer-health.ts';
import { DeadLetterRefusedError } from '../platform/kafka/dead-letter.ts';
import { runConsumer } from '../platform/kafka/consumer.ts';
import { isKafkaOutage, isMissingKafkaRight, kafkaTrouble } from '../platform/kafka/kafka-trouble.ts';
import { logLevelOf } from '../platform/kafka/partition-consumer.ts';
import type { PartitionConsumer } from '../platform/kafka/partition-consumer.ts';
import { PositionLostError } from '../platform/kafka/positioned-batches.ts';
import type { PositionStore, RecordBatch } from '../platform/kafka/positioned-batches.ts';
import type { Producer } from '../platform/kafka/producer.ts';
import { listenRefusal } from '../platform/process/open-operations.ts';
import type { Part, PartBoard } from '../platform/process/part-board.ts';
import { watchPart } from '../platform/process/watch-part.ts';
import { isRedisOutage } from '../platform/redis/is-redis-outage.ts';
import { isMissingRight } from '../platform/redis/missing-right.ts';
import { redisTrouble } from '../platform/redis/redis-trouble.ts';
import type { Logger } from '../platform/telemetry/logger.ts';
import type { RetentionConfig } from './config.ts';
import { createOutcomeDecoder } from './decode-outcome.ts';
import { createDesk } from './desk.ts';
import { createOrderExpiry } from './expire-orders.ts';
import { createAlertHandler } from './handle-alerts.ts';
import { createOutcomeHandler } from './handle-outcomes.ts';
import { createApp } from './http/app.ts';
import { createNoticeRecords } from './notice-records.ts';
import type { OrderStore } from './order-store.ts';
import { createParkRecord } from './park-record.ts';
import type { ParkRecord } from './park-record.ts';
import { createOutboxPublisher } from './publish-outbox.ts';
import type { QualityReader, QualityReport } from './quality/read-quality.ts';
import { repeat } from './repeat.ts';
import type { RetentionMetrics } from './retention-metrics.ts';
import type { RiskReader } from './risk-reader.ts';
import { createTmfUrls } from './tmf/tmf-urls.ts';
import { watchRubbish } from './watch-rubbish.ts';
import type { RubbishStore } from './watch-rubbish.ts';

const PUBLISH_INTERVAL_MS = 100;
const EXPIRY_INTERVAL_MS = 30_000;
const QUALITY_INTERVAL_MS = 30_000;
/** Working days ahead of the end of the calendar from which on it is told. */
const CALENDAR_NOTICE_DAYS = 20;
/** Together with the time to leave a group of which no broker answers, below ten seconds. */
const HTTP_CLOSE_DEADLINE_MS = 2_000;
const PUBLISH_AT_STOP_WITHIN_MS = 1_000;

export interface RetentionDeps {
  readonly config: RetentionConfig;
  readonly store: OrderStore;
  readonly reader: RiskReader;
  readonly quality: QualityReader;
  /** How far a topic has been read. */
  readonly positionsOf: (topic: string) => PositionStore;
  /** What of it was parked of late. */
  readonly rubbishOf: (topic: string) => RubbishStore;
  readonly producer: Producer;
  readonly metrics: RetentionMetrics;
  readonly showQuality: (report: QualityReport) => void;
  readonly log: Logger;
  readonly now: () => number;
  readonly board: PartBoard;
  /** Of the board; up once a broker was there, and told from then on by this. */
  readonly kafkaPart: Part;
  /** Aborts when the process is told to stop. */
  readonly signal: AbortSignal;
  /** What this process must not go on after. */
  readonly onFatal: (error: Error) => void;
}

export interface RunningRetention {
  /** Address of the API. */
  readonly address: string;
  /** Takes no more traffic, ends what is under way, publishes what waits. */
  stop(): Promise<void>;
}

/** Consumers, publisher, expiry and the API over opened adapters. */
export async function runRetention(deps: RetentionDeps): Promise<RunningRetention> {
  const { config, store, reader, producer, metrics, log, now, board, kafkaPart } = deps;
  const { variables, calendar, publicBaseUrl } = config;
  const desk = createDesk({ store, calendar, dueWorkingDays: variables.CHURN_DUE_WORKING_DAYS, now });
  const failingLimitSeconds = variables.CHURN_FAILING_LIMIT_SECONDS;
  const partitionPart = (topic: string, partition: number): Part =>
    board.part(
      `partition ${topic}/${partition}`,
      `it is paused and tried again while the others go on; the process ends with exit code 1 if it still fails ` +
        `after ${failingLimitSeconds} s`,
    );

  function consume(topic: string, handlerWith: (park: ParkRecord) => Handler): PartitionConsumer {
    const groupId = variables.CHURN_RETENTION_GROUP;
    const park = createParkRecord({
      topic,
      consumerGroup: groupId,
      send: (records) => producer.send(records),
      onParked: (reason) => {
        metrics.deadLetter(topic, reason);
      },
    });
    const membership = board.part(`consumer of ${topic}`, 'joining again');
    const failing = new Set<number>();
    return runConsumer({
      ...config.kafka,
      clientId: 'churn-retention',
      groupId: `${groupId}.${topic}`,
      topic,
      positions: deps.positionsOf(topic),
      sessionTimeoutMs: variables.CHURN_SESSION_TIMEOUT_MS,
      handleBatch: watchRubbish(
        {
          store: deps.rubbishOf(topic),
          share: variables.CHURN_RUBBISH_SHARE,
          park,
          onRubbish: (partition, rubbish) => {
            metrics.rubbishSeen(topic, partition, rubbish);
          },
        },
        handlerWith,
      ),
      failures: { isOutage, giveUpAfterMs: failingLimitSeconds * 1_000 },
      onFailing(partition, error, failure) {
        if (failure.type === 'outage') return;
        failing.add(partition);
        partitionPart(topic, partition).missing(messageOf(error));
        // Trying again brings back no record, and the log grows meanwhile until the position seems to be in it.
        if (error instanceof PositionLostError) deps.onFatal(error);
        if (failure.type === 'retry') return;
        deps.onFatal(
          new Error(
            `partition ${topic}/${partition} has been failing for more than ${failingLimitSeconds} s: ${messageOf(error)}`,
          ),
        );
      },
      onRecovered(partition) {
        failing.delete(partition);
        const part = partitionPart(topic, partition);
        part.up();
        part.remove();
      },
      onAssigned(partitions) {
        for (const partition of failing) {
          if (partitions.includes(partition)) continue;
          failing.delete(partition);
          partitionPart(topic, partition).remove();
        }
      },
      // An outage is told once, by the board.
      onClientLog: (_level, message, detail) => {
        log.debug({ detail }, message);
      },
      onStateChange: (state, detail) => {
        log[logLevelOf(state)]({ topic, state, detail }, 'consumer');
        if (state === 'joined') membership.up(detail);
      },
    });
  }

  const publisher = createOutboxPublisher({
    store,
    send: (records) => producer.send(records),
    toRecords: createNoticeRecords({
      workOrderTopic: variables.CHURN_WORK_ORDER_TOPIC,
      inputTopic: variables.CHURN_INPUT_TOPIC,
      urls: createTmfUrls(publicBaseUrl),
      encodeEvent: encodeLogRecord,
      utcOffsetMinutesAt: (atMs) => calendar.utcOffsetMinutesAt(atMs),
    }),
    onPublished: (notices) => {
      metrics.published(notices);
    },
    onParked({ entryId, detail }) {
      metrics.noticeParked();
      log.error({ entryId, detail }, 'a notice cannot be published; it was set aside in Redis, and the others go on');
    },
  });
  const expireOrders = createOrderExpiry({
    store,
    desk,
    calendar,
    graceWorkingDays: variables.CHURN_EXPIRE_AFTER_WORKING_DAYS,
    now,
  });
  const failureOf =
    (part: Part) =>
    (error: unknown): void => {
      // An outage is told once, by the part that is out.
      if (isRedisOutage(error) || (isKafkaOutage(error) && !kafkaPart.isUp())) return;
      part.missing(messageOf(error));
    };
  const publishingPart = board.part('publishing of work orders', 'what waits is kept and sent again');
  const expiryPart = board.part('expiry of work orders', 'trying again');

  const consumers = [
    consume(variables.CHURN_ALERT_TOPIC, (park) =>
      createAlertHandler({ desk, decode: decodeRiskAlert, park, onResult: metrics.alertHandled }),
    ),
    consume(variables.CHURN_OUTCOME_TOPIC, (park) =>
      createOutcomeHandler({
        desk,
        decode: createOutcomeDecoder(decodeReportedOutcome),
        park,
        onResult: metrics.outcomeHandled,
      }),
    ),
  ];
  const publishing = repeat({
    intervalMs: PUBLISH_INTERVAL_MS,
    async task(signal) {
      await publisher.publishPending(signal);
      publishingPart.up();
    },
    onFailure: failureOf(publishingPart),
  });
  const expiring = repeat({
    intervalMs: EXPIRY_INTERVAL_MS,
    async task() {
      metrics.expired(await expireOrders());
      metrics.overdueSeen(await store.countOpenDueBefore(now()));
      metrics.outboxSeen(await store.outboxLength());
      expiryPart.up();
    },
    onFailure: failureOf(expiryPart),
  });
  const watchingQuality = repeat({
    intervalMs: QUALITY_INTERVAL_MS,
    async task() {
      deps.showQuality(await deps.quality.read());
    },
    // Nobody who asks for risk or works orders needs it: it does not make the process unready.
    onFailure(error) {
      if (!isRedisOutage(error)) log.warn({ cause: messageOf(error) }, "the model's quality could not be read");
    },
  });
  const watchingKafka = watchPart(
    kafkaPart,
    () =>
      findingOfConsumers(
        consumers.map((consumer) => consumer.health()),
        performance.now(),
      ),
    deps.signal,
  );

  function notReady(): readonly string[] {
    return deps.signal.aborted ? ['stopping'] : board.notReady();
  }

  const app = await createApp({
    store,
    desk,
    reader,
    quality: deps.quality,
    pseudonymOf: config.pseudonymOf,
    authenticate: config.authenticate,
    publicBaseUrl,
    now,
    notReady,
    parts: () => board.statuses(),
    logger: log,
    onAnswered: metrics.answered,
  });
  if (calendar.addWorkingDays(now(), CALENDAR_NOTICE_DAYS) > calendar.knownThroughMs) {
    log.warn({ calendar: calendar.version }, 'the working calendar ends soon: add the next public holidays');
  }
  const address = await listen();

  async function listen(): Promise<string> {
    const { CHURN_HTTP_HOST: host, CHURN_HTTP_PORT: port } = variables;
    try {
      return await app.listen({ host, port });
    } catch (error) {
      throw listenRefusal('CHURN_HTTP_HOST, CHURN_HTTP_PORT', `${host}:${port}`, error);
    }
  }

  /** What the last changes left in the outbox; it would also be published after the next start. */
  async function publishTheRest(): Promise<void> {
    await publishing.stop();
    await publisher.publishPending().catch(failureOf(publishingPart));
  }

  return {
    address,
    async stop() {
      await closeGracefully(app, HTTP_CLOSE_DEADLINE_MS);
      // Side by side: none of them needs another, and each can take its time where Kafka or Redis is away.
      await Promise.all([
        ...consumers.map((consumer) => consumer.stop()),
        expiring.stop(),
        watchingQuality.stop(),
        watchingKafka,
      ]);
      const late = new AbortController();
      await Promise.race([publishTheRest(), delay(PUBLISH_AT_STOP_WITHIN_MS, undefined, late)]);
      late.abort();
    },
  };
}

/** Trouble of a part that all partitions need: waited out, and told by that part. */
function isOutage(error: unknown): boolean {
  if (error instanceof DeadLetterRefusedError) return error.isUnanswered;
  return isRedisOutage(error) || isKafkaOutage(error);
}

function messageOf(error: unknown): string {
  if (isMissingRight(error)) return `Redis: ${redisTrouble(error)}`;
  if (isMissingKafkaRight(error)) return `Kafka: ${kafkaTrouble(error)}`;
  return error instanceof Error ? error.message : String(error);
}

type Handler = (batch: RecordBatch) => Promise<void>;
