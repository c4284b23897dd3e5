import { configOrExit } from '../platform/config/config-or-exit.ts';
import { deadLetterTopicOf } from '../platform/kafka/dead-letter.ts';
import { createPartitionOf } from '../platform/kafka/partition.ts';
import { awaitStateParts } from '../platform/process/await-state-parts.ts';
import { openOperations } from '../platform/process/open-operations.ts';
import { createPartBoard } from '../platform/process/part-board.ts';
import { exitByRefusal, runProcess } from '../platform/process/run-process.ts';
import { watchLogs } from '../platform/process/watch-logs.ts';
import { createLogWitnesses } from '../platform/redis/log-witnesses.ts';
import { createPartitionStore } from '../platform/redis/partition-store.ts';
import { createLogger } from '../platform/telemetry/logger.ts';
import { createMetrics } from '../platform/telemetry/metrics.ts';
import { readConfig } from './config.ts';
import { createQualityMetrics } from './quality/quality-metrics.ts';
import { createQualityReader } from './quality/read-quality.ts';
import { createRiskReader } from './read-risk.ts';
import { createRedisPositions } from './redis/redis-positions.ts';
import { createRedisRubbish } from './redis/redis-rubbish.ts';
import { createRedisOrderStore } from './redis/redis-order-store.ts';
import { createRetentionMetrics } from './retention-metrics.ts';
import { runRetention } from './run-retention.ts';

// Delivery: each alert opens exactly one work order, for its id derives from the alert and it is kept with its first
// event in one script. Work-order events and outcomes are published at least once, with ids that derive from order and
// version: once by id.

const config = configOrExit('retention', readConfig());
const { variables, policy } = config;
const log = createLogger('retention', variables.CHURN_LOG_LEVEL);

runProcess(log, async (life) => {
  const { signal, onClose } = life;
  const keyspace = variables.CHURN_REDIS_KEYSPACE;
  const metrics = createMetrics();
  const board = createPartBoard(log);
  const parts = {
    redis: board.part('Redis', 'requests are answered 503; waiting for it, and trying again every few seconds'),
    kafka: board.part('Kafka', 'changes wait in Redis; waiting for it, and trying again every few seconds'),
    model: board.part('model', 'waiting for it, and looking again every few seconds'),
  };
  const readTopics = [variables.CHURN_ALERT_TOPIC, variables.CHURN_OUTCOME_TOPIC];
  // On the board from the start, so that the process is not ready before they have joined.
  for (const topic of readTopics) board.part(`consumer of ${topic}`, 'joining again');
  // First, so that it can be asked what the process waits for.
  const operations = await openOperations({
    host: variables.CHURN_OPERATIONS_HOST,
    port: variables.CHURN_OPERATIONS_PORT,
    metrics,
    board,
    signal,
  });
  onClose(() => operations.close());

  const { redis, partitionCount, producer, offsets, model } = await awaitStateParts(
    {
      redisSettings: config.redis,
      keyspace,
      kafka: {
        kafka: { ...config.kafka, clientId: 'churn-retention' },
        inputTopic: variables.CHURN_INPUT_TOPIC,
        topics: [...readTopics, ...readTopics.map(deadLetterTopicOf), variables.CHURN_WORK_ORDER_TOPIC],
        // A record is parked in the partition that it came from.
        aligned: readTopics.map((topic) => [topic, deadLetterTopicOf(topic)]),
      },
      modelDirectory: variables.CHURN_MODEL_DIRECTORY,
      parts,
    },
    life,
  );

  await watchLogs({
    topics: readTopics,
    inputTopic: variables.CHURN_INPUT_TOPIC,
    partitionCount,
    offsets,
    witnesses: createLogWitnesses(redis, keyspace),
    part: parts.kafka,
    signal,
    onMisfit: exitByRefusal(log),
    onUnseen: (cause) => {
      log.warn({ cause }, 'it cannot be seen whether the topics are still the same');
    },
  });
  const partitionStore = createPartitionStore(redis, keyspace, partitionCount);
  const retention = await runRetention({
    config,
    store: createRedisOrderStore(redis, keyspace),
    quality: createQualityReader({ store: partitionStore, model, partitionCount, timeZone: policy.timeZone }),
    showQuality: createQualityMetrics(metrics),
    reader: createRiskReader({
      store: partitionStore,
      model,
      policy,
      partitionCount,
      partitionOf: createPartitionOf(partitionCount),
    }),
    positionsOf: createRedisPositions(redis, keyspace, offsets),
    rubbishOf: createRedisRubbish(redis, keyspace),
    producer,
    metrics: createRetentionMetrics(metrics, config.calendar.knownThroughMs),
    log,
    now: Date.now,
    board,
    kafkaPart: parts.kafka,
    signal,
    onFatal(error) {
      log.fatal({ reason: error.message }, 'stopping rather than skipping records');
      process.exit(1);
    },
  });
  onClose(() => retention.stop());
  log.info(
    { address: retention.address, operationsPort: operations.port, model: model.modelVersion },
    'retention runs',
  );
});
