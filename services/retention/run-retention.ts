import { decodeRiskAlert } from '../contracts/risk.ts';
import { decodeReportedOutcome } from '../contracts/reported-outcome.ts';
import { encodeLogRecord } from '../contracts/log-record.ts';
import { closeGracefully } from '../platform/http/close-gracefully.ts';
import type { PartitionConsumer } from '../platform/kafka/partition-consumer.ts';
import type { PositionStore, RecordBatch } from '../platform/kafka/consumer.ts';
import { runConsumer } from '../platform/kafka/consumer.ts';
import { brokersOf } from '../platform/config/shared-variables.ts';
import type { Producer } from '../platform/kafka/producer.ts';
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
import { createOutboxPublisher } from './publish-outbox.ts';
import { repeat } from './repeat.ts';
import type { RetentionMetrics } from './retention-metrics.ts';
import type { RiskReader } from './risk-reader.ts';
import { createTmfUrls } from './tmf/tmf-urls.ts';

const PUBLISH_INTERVAL_MS = 100;
const EXPIRY_INTERVAL_MS = 30_000;
/** Working days ahead of the end of the calendar from which on it is told. */
const CALENDAR_NOTICE_DAYS = 20;
const HTTP_CLOSE_DEADLINE_MS = 5_000;

export interface RetentionDeps {
  readonly config: RetentionConfig;
  readonly store: OrderStore;
  readonly reader: RiskReader;
  /** How far a topic has been read. */
  readonly positionsOf: (topic: string) => PositionStore;
  readonly producer: Producer;
  readonly metrics: RetentionMetrics;
  readonly log: Logger;
  readonly now: () => number;
  /** What is missing outside of this module, by name. */
  readonly notReady: () => readonly string[];
}

export interface RunningRetention {
  /** Address of the API. */
  readonly address: string;
  notReady(): readonly string[];
  /** Takes no more traffic, ends what is under way, publishes what waits. */
  stop(): Promise<void>;
}

/** Consumers, publisher, expiry and the API over opened adapters. */
export async function runRetention(deps: RetentionDeps): Promise<RunningRetention> {
  const { config, store, reader, producer, metrics, log, now } = deps;
  const { variables, calendar, publicBaseUrl } = config;
  const desk = createDesk({ store, calendar, dueWorkingDays: variables.CHURN_DUE_WORKING_DAYS, now });
  let stopping = false;

  function consume(
    topic: string,
    handlerWith: (park: ReturnType<typeof createParkRecord>) => Handler,
  ): PartitionConsumer {
    const groupId = variables.CHURN_RETENTION_GROUP;
    const park = createParkRecord({ topic, consumerGroup: groupId, send: (records) => producer.send(records) });
    return runConsumer({
      brokers: brokersOf(variables.CHURN_KAFKA_BROKERS),
      clientId: 'churn-retention',
      groupId: `${groupId}.${topic}`,
      topic,
      positions: deps.positionsOf(topic),
      handleBatch: handlerWith(park),
      onStateChange: (state, detail) => {
        log[state === 'joined' || state === 'left' ? 'info' : 'warn']({ topic, state, detail }, 'consumer');
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
  });
  const expireOrders = createOrderExpiry({
    store,
    desk,
    calendar,
    graceWorkingDays: variables.CHURN_EXPIRE_AFTER_WORKING_DAYS,
    now,
  });
  const onFailure = (error: unknown): void => {
    log.warn({ error: String(error) }, 'will be tried again');
  };

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
    task: (signal) => publisher.publishPending(signal),
    onFailure,
  });
  const expiring = repeat({
    intervalMs: EXPIRY_INTERVAL_MS,
    async task() {
      metrics.expired(await expireOrders());
      metrics.overdueSeen(await store.countOpenDueBefore(now()));
      metrics.outboxSeen(await store.outboxLength());
    },
    onFailure,
  });

  function notReady(): readonly string[] {
    if (stopping) return ['stopping'];
    return [...deps.notReady(), ...(consumers.every((consumer) => consumer.isJoined()) ? [] : ['consumer groups'])];
  }

  const app = await createApp({
    store,
    desk,
    reader,
    pseudonymOf: config.pseudonymOf,
    authenticate: config.authenticate,
    publicBaseUrl,
    now,
    notReady,
    logger: log,
    onAnswered: metrics.answered,
  });
  if (calendar.addWorkingDays(now(), CALENDAR_NOTICE_DAYS) > calendar.knownThroughMs) {
    log.warn({ calendar: calendar.version }, 'the working calendar ends soon: add the next public holidays');
  }
  const address = await app.listen({ host: variables.CHURN_HTTP_HOST, port: variables.CHURN_HTTP_PORT });

  return {
    address,
    notReady,
    async stop() {
      stopping = true;
      await closeGracefully(app, HTTP_CLOSE_DEADLINE_MS);
      await Promise.all([...consumers.map((consumer) => consumer.stop()), expiring.stop()]);
      await publishing.stop();
      // What the last changes left in the outbox; it would also be published after the next start.
      await publisher.publishPending().catch(onFailure);
    },
  };
}

type Handler = (batch: RecordBatch) => Promise<void>;
