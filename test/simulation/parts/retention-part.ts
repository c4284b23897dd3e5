import { encodeLogRecord } from '../../../services/contracts/log-record.ts';
import { decodeReportedOutcome } from '../../../services/contracts/reported-outcome.ts';
import { decodeRiskAlert } from '../../../services/contracts/risk.ts';
import { isKafkaOutage } from '../../../services/platform/kafka/kafka-trouble.ts';
import { PositionLostError, createPositionedBatches } from '../../../services/platform/kafka/positioned-batches.ts';
import type { PositionedBatchesDeps, RecordBatch } from '../../../services/platform/kafka/positioned-batches.ts';
import { isRedisOutage } from '../../../services/platform/redis/is-redis-outage.ts';
import { createOutcomeDecoder } from '../../../services/retention/decode-outcome.ts';
import { createDesk } from '../../../services/retention/desk.ts';
import type { Desk } from '../../../services/retention/desk.ts';
import { createOrderExpiry } from '../../../services/retention/expire-orders.ts';
import { createAlertHandler } from '../../../services/retention/handle-alerts.ts';
import { createOutcomeHandler } from '../../../services/retention/handle-outcomes.ts';
import { createNoticeRecords } from '../../../services/retention/notice-records.ts';
import { createParkRecord } from '../../../services/retention/park-record.ts';
import type { ParkRecord } from '../../../services/retention/park-record.ts';
import { createOutboxPublisher } from '../../../services/retention/publish-outbox.ts';
import { createRedisOrderStore } from '../../../services/retention/redis/redis-order-store.ts';
import { createRedisPositions } from '../../../services/retention/redis/redis-positions.ts';
import { repeat } from '../../../services/retention/repeat.ts';
import { createTmfUrls } from '../../../services/retention/tmf/tmf-urls.ts';
import { askBroker } from '../kafka/ask-broker.ts';
import { startSimulatedConsumer } from '../kafka/simulated-consumer.ts';
import type { SimulatedConsumer } from '../kafka/simulated-consumer.ts';
import type { SimulatedGroup } from '../kafka/simulated-group.ts';
import { createSimulatedProducer } from '../kafka/simulated-producer.ts';
import { openSimulatedRedis } from '../redis/simulated-client.ts';
import type { Life } from '../schedule/life.ts';
import { DESK_CALENDAR, KEYSPACE, TOPICS } from '../settings.ts';
import type { Installation } from './installation.ts';
import type { RunningPart } from './scorer-part.ts';

const PUBLISH_INTERVAL_MS = 700;
const EXPIRY_INTERVAL_MS = 2_000;
const DUE_WORKING_DAYS = 3;
const EXPIRE_AFTER_WORKING_DAYS = 1;

/** A retention service, and the desk in it that people work with. */
export interface RetentionPart extends RunningPart {
  readonly desk: Desk;
}

/** One retention service, put together as services/retention/run-retention.ts does, without the count of rubbish. */
export function startRetentionPart(installation: Installation, life: Life): RetentionPart {
  const { world, topics, redis, server, groups, mutation, wallMs, deskMs, onFatal } = installation;
  const { scheduler, trace } = world;
  const producer = createSimulatedProducer(world, life, topics, wallMs);
  const client = openSimulatedRedis(server, redis.open(life));
  const store = createRedisOrderStore(client, KEYSPACE);
  const positionsOf = createRedisPositions(client, KEYSPACE, {
    boundsOf: (topic, partition) =>
      askBroker(world, life, `asks for the bounds of ${partition}`, () => topics.logOf(topic, partition).bounds()),
  });
  const desk = createDesk({ store, calendar: DESK_CALENDAR, dueWorkingDays: DUE_WORKING_DAYS, now: deskMs });

  function consume(
    topic: string,
    group: SimulatedGroup,
    handlerWith: (park: ParkRecord) => (batch: RecordBatch) => Promise<void>,
  ): SimulatedConsumer {
    const park = createParkRecord({
      topic,
      consumerGroup: 'retention',
      send: (records) => producer.send(records),
    });
    const deps: PositionedBatchesDeps = { topic, positions: positionsOf(topic), handleBatch: handlerWith(park) };
    const batches = createPositionedBatches(mutation?.ofBatches?.(deps) ?? deps);
    return startSimulatedConsumer(
      world,
      life,
      {
        logs: topics.logsOf(topic),
        group,
        partitionsAtOnce: 1,
        commitIntervalMs: 0,
        failures: { isOutage: (error) => isRedisOutage(error) || isKafkaOutage(error), giveUpAfterMs: 10_000 },
      },
      {
        ...batches,
        onAssigned: () => undefined,
        onFailing(partition, error, failure) {
          trace.note(`${life.name} fails in ${topic}/${partition} (${failure.type}): ${String(error)}`);
          if (failure.type === 'give-up' || error instanceof PositionLostError)
            onFatal(life, topics.logOf(topic, partition), error);
        },
        onState: () => undefined,
      },
    );
  }

  const consumers = [
    consume(TOPICS.alert, groups.alert, (park) =>
      createAlertHandler({ desk, decode: decodeRiskAlert, park, onResult: () => undefined }),
    ),
    consume(TOPICS.outcome, groups.outcome, (park) =>
      createOutcomeHandler({
        desk,
        decode: createOutcomeDecoder(decodeReportedOutcome),
        park,
        onResult: () => undefined,
      }),
    ),
  ];
  const publisher = createOutboxPublisher({
    store,
    send: (records) => producer.send(records),
    toRecords: createNoticeRecords({
      workOrderTopic: TOPICS.workOrder,
      inputTopic: TOPICS.input,
      urls: createTmfUrls('https://desk.test'),
      encodeEvent: encodeLogRecord,
      utcOffsetMinutesAt: () => 0,
    }),
    onPublished: () => undefined,
    onParked: (entry) => {
      throw new Error(`a notice could not be published: ${entry.detail}`);
    },
  });
  const expireOrders = createOrderExpiry({
    store,
    desk,
    calendar: DESK_CALENDAR,
    graceWorkingDays: EXPIRE_AFTER_WORKING_DAYS,
    now: deskMs,
  });

  function pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        resolve();
      });
      scheduler.after(ms, `${life.name} next round`, () => {
        life.whileAlive(resolve);
      });
    });
  }
  const onFailure = (error: unknown): void => {
    trace.note(`${life.name} round failed: ${String(error)}`);
  };
  const publishing = repeat({
    intervalMs: PUBLISH_INTERVAL_MS,
    task: (signal) => publisher.publishPending(signal),
    onFailure,
    pause,
  });
  const expiring = repeat({ intervalMs: EXPIRY_INTERVAL_MS, task: expireOrders, onFailure, pause });

  return {
    desk,
    async stop() {
      await Promise.all([...consumers.map((consumer) => consumer.stop()), expiring.stop()]);
      await publishing.stop();
      await publisher.publishPending().catch(onFailure);
    },
  };
}
