import { deadLetterTopicOf } from '../platform/kafka/dead-letter.ts';
import { configOrExit } from '../platform/config/config-or-exit.ts';
import { createLogWitnesses } from '../platform/redis/log-witnesses.ts';
import { createPartitionStore } from '../platform/redis/partition-store.ts';
import { createLogger } from '../platform/telemetry/logger.ts';
import { createMetrics } from '../platform/telemetry/metrics.ts';
import { awaitStateParts } from '../platform/process/await-state-parts.ts';
import { openOperations } from '../platform/process/open-operations.ts';
import { createPartBoard } from '../platform/process/part-board.ts';
import { exitByRefusal, runProcess } from '../platform/process/run-process.ts';
import { watchLogs } from '../platform/process/watch-logs.ts';
import { readConfig } from './config.ts';
import { runScorer } from './run-scorer.ts';
import { createScorerMetrics } from './scorer-metrics.ts';

// Delivery: every event of the input log is folded exactly once, because states, position and alerts are one fenced
// commit in Redis. Scores and alerts are published at least once with ids that derive from content: once by id.

const { config, policy, redis: redisSettings, kafka } = configOrExit('scorer', readConfig());
const log = createLogger('scorer', config.CHURN_LOG_LEVEL);

runProcess(log, async (life) => {
  const { signal, onClose } = life;
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
    signal,
  });
  onClose(() => operations.close());

  const { redis, partitionCount, producer, offsets, model } = await awaitStateParts(
    {
      redisSettings,
      keyspace,
      kafka: {
        kafka: { ...kafka, clientId: 'churn-scorer' },
        inputTopic,
        topics: written,
        aligned: written.map((topic) => [inputTopic, topic]),
      },
      modelDirectory: config.CHURN_MODEL_DIRECTORY,
      parts,
    },
    life,
  );
  await watchLogs({
    topics: [inputTopic],
    inputTopic,
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
  metrics
    .gauge('churn_model_info', 'Model in force', ['version', 'sha256'])
    .set({ version: model.modelVersion, sha256: model.sha256 }, 1);

  const scorer = runScorer({
    config,
    kafka,
    partitionCount,
    store: createPartitionStore(redis, keyspace, partitionCount),
    producer,
    offsets,
    model,
    driftBaseline: model.driftBaseline,
    policy,
    metrics: createScorerMetrics(metrics, inputTopic, policy.time),
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
