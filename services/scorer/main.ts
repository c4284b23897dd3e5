import { brokersOf } from '../platform/config/shared-variables.ts';
import { awaitKafka } from '../platform/kafka/await-kafka.ts';
import { deadLetterTopicOf } from '../platform/kafka/dead-letter.ts';
import { awaitModel } from '../platform/onnx/await-model.ts';
import { configOrExit } from '../platform/config/config-or-exit.ts';
import { awaitRedis } from '../platform/redis/await-redis.ts';
import { createPartitionStore } from '../platform/redis/partition-store.ts';
import { createLogger } from '../platform/telemetry/logger.ts';
import { createMetrics } from '../platform/telemetry/metrics.ts';
import { openOperations } from '../platform/process/open-operations.ts';
import { createPartBoard } from '../platform/process/part-board.ts';
import { runProcess } from '../platform/process/run-process.ts';
import { awaitPartitionCount } from '../platform/redis/await-partition-count.ts';
import { readConfig } from './config.ts';
import { runScorer } from './run-scorer.ts';
import { createScorerMetrics } from './scorer-metrics.ts';

// Delivery: every event of the input log is folded exactly once, because states, position and alerts are one fenced
// commit in Redis. Scores and alerts are published at least once with ids that derive from content: once by id.

const { config, policy } = configOrExit('scorer', readConfig());
const log = createLogger('scorer', config.CHURN_LOG_LEVEL);

runProcess(log, async ({ signal, onClose }) => {
  const keyspace = config.CHURN_REDIS_KEYSPACE;
  const inputTopic = config.CHURN_INPUT_TOPIC;
  /** By partition: that of the record that it is about. */
  const written = [deadLetterTopicOf(inputTopic), config.CHURN_SCORE_TOPIC, config.CHURN_ALERT_TOPIC];
  const metrics = createMetrics();
  const board = createPartBoard(log);
  const parts = {
    redis: board.part('Redis', 'nothing is committed; waiting for it, and trying again every few seconds'),
    kafka: board.part('Kafka', 'nothing is read; waiting for it, and trying again every few seconds'),
    model: board.part('model', 'waiting for it, and looking again every few seconds'),
    group: board.part('consumer group', 'joining again'),
  };
  // First, so that it can be asked what the process waits for.
  const operations = await openOperations({
    host: config.CHURN_OPERATIONS_HOST,
    port: config.CHURN_OPERATIONS_PORT,
    metrics,
    board,
  });
  onClose(() => operations.close());

  const [redis, { partitionCount, producer, offsets }, model] = await Promise.all([
    awaitRedis({ url: config.CHURN_REDIS_URL, keyspace, part: parts.redis, signal }),
    awaitKafka({
      kafka: { brokers: brokersOf(config.CHURN_KAFKA_BROKERS), clientId: 'churn-scorer' },
      inputTopic,
      topics: written,
      aligned: written.map((topic) => [inputTopic, topic]),
      part: parts.kafka,
      signal,
    }),
    awaitModel(config.CHURN_MODEL_DIRECTORY, parts.model, signal),
  ]);
  onClose(() => {
    redis.disconnect();
    return undefined;
  });
  onClose(() => Promise.all([producer.close(), offsets.close(), model.close()]));
  await awaitPartitionCount({ redis, keyspace, partitionCount, part: parts.redis, signal });
  parts.model.up(`${model.modelVersion}, SHA-256 ${model.sha256.slice(0, 12)}`);
  metrics
    .gauge('churn_model_info', 'Model in force', ['version', 'sha256'])
    .set({ version: model.modelVersion, sha256: model.sha256 }, 1);

  const scorer = runScorer({
    config,
    partitionCount,
    store: createPartitionStore(redis, keyspace, partitionCount),
    producer,
    offsets,
    model,
    policy,
    metrics: createScorerMetrics(metrics, inputTopic),
    log,
    board,
    kafkaPart: parts.kafka,
    signal,
    onFatal(error) {
      log.fatal({ reason: error.message }, 'stopping rather than skipping events');
      process.exit(1);
    },
  });
  onClose(() => scorer.stop());
  log.info(
    { model: model.modelVersion, policy: policy.version, partitionCount, operationsPort: operations.port },
    'scorer runs',
  );
});
