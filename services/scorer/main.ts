import { brokersOf } from '../platform/config/shared-variables.ts';
import { openOffsetReader } from '../platform/kafka/offsets.ts';
import { openProducer } from '../platform/kafka/producer.ts';
import { partitionCountOf } from '../platform/kafka/topics.ts';
import { openRiskModel } from '../platform/onnx/risk-model.ts';
import { configOrExit } from '../platform/config/config-or-exit.ts';
import { loadPolicy } from '../platform/policy/load-policy.ts';
import { openRedis, unfitSettingsOf } from '../platform/redis/client.ts';
import { createPartitionStore, requirePartitionCount } from '../platform/redis/partition-store.ts';
import { createLogger } from '../platform/telemetry/logger.ts';
import { createMetrics } from '../platform/telemetry/metrics.ts';
import { openOperationsServer } from '../platform/telemetry/operations-server.ts';
import { onStopSignal } from '../platform/process/on-stop-signal.ts';
import { readConfig } from './config.ts';
import { runScorer } from './run-scorer.ts';
import { createScorerMetrics } from './scorer-metrics.ts';

// Delivery: every event of the input log is folded exactly once, because states, position and alerts are one fenced
// commit in Redis. Scores and alerts are published at least once with ids that derive from content: once by id.

const config = configOrExit('scorer', readConfig());
const log = createLogger('scorer', config.CHURN_LOG_LEVEL);
const kafka = { brokers: brokersOf(config.CHURN_KAFKA_BROKERS), clientId: 'churn-scorer' };

const policy = loadPolicy(config.CHURN_POLICY_FILE);
const model = await openRiskModel(config.CHURN_MODEL_DIRECTORY);
const redis = await openRedis({
  url: config.CHURN_REDIS_URL,
  onStateChange: (state, detail) => {
    log[state === 'ready' ? 'info' : 'warn']({ state, detail }, 'Redis');
  },
});
const unfit = await unfitSettingsOf(redis);
if (unfit.length > 0) throw new Error(`Redis would lose data: ${unfit.join('; ')}`);
const partitionCount = await partitionCountOf(kafka, config.CHURN_INPUT_TOPIC);
await requirePartitionCount(redis, config.CHURN_REDIS_KEYSPACE, partitionCount);
const producer = await openProducer(kafka);
const offsets = await openOffsetReader(kafka);

const metrics = createMetrics();
metrics
  .gauge('churn_model_info', 'Model in force', ['version', 'sha256'])
  .set({ version: model.modelVersion, sha256: model.sha256 }, 1);
const scorer = runScorer({
  config,
  partitionCount,
  store: createPartitionStore(redis, config.CHURN_REDIS_KEYSPACE, partitionCount),
  producer,
  offsets,
  model,
  policy,
  metrics: createScorerMetrics(metrics, config.CHURN_INPUT_TOPIC),
  log,
  onFatal(error) {
    log.fatal({ reason: error.message }, 'stopping rather than skipping events');
    process.exit(1);
  },
});
const operations = await openOperationsServer({
  host: config.CHURN_OPERATIONS_HOST,
  port: config.CHURN_OPERATIONS_PORT,
  metrics,
  notReady: () => [...(redis.status === 'ready' ? [] : ['redis']), ...(scorer.isJoined() ? [] : ['consumer group'])],
});
log.info(
  { model: model.modelVersion, policy: policy.version, partitionCount, operationsPort: operations.port },
  'scorer runs',
);

onStopSignal(log, async () => {
  await scorer.stop();
  await Promise.all([producer.close(), offsets.close(), operations.close(), model.close()]);
  redis.disconnect();
});
