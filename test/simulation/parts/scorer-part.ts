import type { PartitionHandlers } from '../../../services/platform/kafka/partition-consumer.ts';
import { isKafkaOutage } from '../../../services/platform/kafka/kafka-trouble.ts';
import { isRedisOutage } from '../../../services/platform/redis/is-redis-outage.ts';
import { createPartitionStore } from '../../../services/platform/redis/partition-store.ts';
import { LostEventsError, OutboxRefusedError, holdPartitions } from '../../../services/scorer/hold-partitions.ts';
import { createParkRecords } from '../../../services/scorer/park-records.ts';
import { publishOutbox } from '../../../services/scorer/publish-outbox.ts';
import type { OutboxDeps } from '../../../services/scorer/publish-outbox.ts';
import { createFakeModel, scatteredRisk } from '../../support/fake-model.ts';
import { askBroker } from '../kafka/ask-broker.ts';
import { startSimulatedConsumer } from '../kafka/simulated-consumer.ts';
import { createSimulatedProducer } from '../kafka/simulated-producer.ts';
import { partitionerFor } from '../kafka/simulated-topics.ts';
import { openSimulatedRedis } from '../redis/simulated-client.ts';
import type { Life } from '../schedule/life.ts';
import { CALENDAR, KEYSPACE, POLICY, TOPICS } from '../settings.ts';
import { latencyMs } from '../world.ts';
import type { Installation } from './installation.ts';

/** A process of the simulation. */
export interface RunningPart {
  stop(): Promise<void>;
}

const RETRY_MS = 200;

/** One scorer, put together as services/scorer/run-scorer.ts does. */
export function startScorerPart(installation: Installation, life: Life): RunningPart {
  const { world, topics, redis, server, groups, mutation, wallMs, onFatal } = installation;
  const { scheduler, chance, plan, trace, faults } = world;
  const producer = createSimulatedProducer(world, life, topics, wallMs);
  const plainStore = createPartitionStore(openSimulatedRedis(server, redis.open(life)), KEYSPACE, plan.partitions);
  const outboxTopics = { score: TOPICS.score, alert: TOPICS.alert };
  const store = mutation?.ofStore?.(plainStore, publishNow) ?? plainStore;
  const outbox: OutboxDeps = { store, producer, topics: outboxTopics, onPublished: () => undefined };
  const publish = mutation?.ofPublish?.(publishOutbox) ?? publishOutbox;
  let owners = 0;

  /** Entries straight to their topics, for what should not do so. */
  async function publishNow(partition: number, entries: readonly Uint8Array[]): Promise<void> {
    let left = entries;
    const once = {
      readOutbox: () => Promise.resolve([...left]),
      trimOutbox: () => {
        left = [];
        return Promise.resolve(true);
      },
    };
    await publishOutbox(partition, '', { ...outbox, store: once });
  }

  const park = createParkRecords({
    topic: TOPICS.input,
    consumerGroup: 'scorer',
    send: (records) => producer.send(records),
    onParked: () => undefined,
  });

  const held = holdPartitions({
    topic: TOPICS.input,
    store,
    offsets: {
      boundsOf: (topic, partition) =>
        askBroker(world, life, `asks for the bounds of ${partition}`, () => topics.logOf(topic, partition).bounds()),
    },
    sliceRecords: plan.sliceRecords,
    newOwner: () => `${life.name}-${++owners}`,
    pause: () =>
      new Promise((resolve) => {
        scheduler.after(RETRY_MS, `${life.name} publishes again`, () => {
          life.whileAlive(resolve);
        });
      }),
    worker: {
      store,
      model: createFakeModel(scatteredRisk),
      policy: POLICY,
      calendar: CALENDAR,
      park: mutation?.ofPark?.(park) ?? park,
      partitionOf: partitionerFor(plan.partitions),
      commitLimit: plan.commitLimit,
      knownLimit: plan.knownLimit,
      breathe() {
        if (!chance.happens(plan.breath)) return undefined;
        return new Promise((resolve) => {
          scheduler.after(latencyMs(world, 'slow turn'), `${life.name} has a turn`, () => {
            life.whileAlive(resolve);
          });
        });
      },
    },
    publish: ({ partition, owner }) => publish(partition, owner, outbox),
    onProcessed: () => undefined,
    onPublishFailed: () => undefined,
    onPublishedAgain: () => undefined,
    onFenced(partition, detail) {
      faults.count('commit refused');
      trace.note(`${life.name} fenced in ${partition}: ${detail}`);
    },
    onAcquireFailed: stopWhereEventsAreLost,
  });

  function stopWhereEventsAreLost(partition: number, error: unknown): void {
    if (error instanceof LostEventsError) onFatal(life, topics.logOf(TOPICS.input, partition), error);
  }

  const handlers: PartitionHandlers = {
    onAssigned(partitions) {
      held.assign(partitions);
    },
    async positionOf(partition) {
      try {
        return await held.positionOf(partition);
      } catch (error) {
        stopWhereEventsAreLost(partition, error);
        throw error;
      }
    },
    async onBatch(batch) {
      const { ofRecord } = mutation ?? {};
      try {
        return await held.handle(ofRecord === undefined ? batch : { ...batch, records: batch.records.map(ofRecord) });
      } catch (error) {
        stopWhereEventsAreLost(batch.partition, error);
        throw error;
      }
    },
    onFailing(partition, error, failure) {
      trace.note(`${life.name} fails in ${partition} (${failure.type}): ${String(error)}`);
      if (failure.type === 'give-up') onFatal(life, topics.logOf(TOPICS.input, partition), error);
    },
    onState: () => undefined,
  };
  const consumer = startSimulatedConsumer(
    world,
    life,
    {
      logs: topics.logsOf(TOPICS.input),
      group: groups.scorer,
      partitionsAtOnce: 4,
      commitIntervalMs: 1_000,
      failures: { isOutage, giveUpAfterMs: 60_000 },
    },
    mutation?.ofScorerHandlers?.(handlers) ?? handlers,
  );

  return {
    async stop() {
      await consumer.stop();
      await held.settled();
    },
  };
}

function isOutage(error: unknown): boolean {
  if (error instanceof OutboxRefusedError) return isOutage(error.cause);
  return isRedisOutage(error) || isKafkaOutage(error);
}
