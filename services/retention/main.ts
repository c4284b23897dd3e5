import { configOrExit } from '../platform/config/config-or-exit.ts';
import { brokersOf } from '../platform/config/shared-variables.ts';
import { createPartitionOf } from '../platform/kafka/partition.ts';
import { openOffsetReader } from '../platform/kafka/offsets.ts';
import { openProducer } from '../platform/kafka/producer.ts';
import { partitionCountOf } from '../platform/kafka/topics.ts';
import { openRiskModel } from '../platform/onnx/risk-model.ts';
import { loadPolicy } from '../platform/policy/load-policy.ts';
import { onStopSignal } from '../platform/process/on-stop-signal.ts';
import { openRedis, unfitSettingsOf } from '../platform/redis/client.ts';
import { createPartitionStore, requirePartitionCount } from '../platform/redis/partition-store.ts';
import { createLogger } from '../platform/telemetry/logger.ts';
import { createMetrics } from '../platform/telemetry/metrics.ts';
import { openOperationsServer } from '../platform/telemetry/operations-server.ts';
import { readConfig } from './config.ts';
import { createRiskReader } from './read-risk.ts';
import { createRedisPositions } from './redis/redis-positions.ts';
import { createRedisOrderStore } from './redis/redis-order-store.ts';
import { createRetentionMetrics } from './retention-metrics.ts';
import { runRetention } from './run-retention.ts';

// Delivery: each alert opens exactly one work order, for its id derives from the alert and it is kept with its first
// event in one script. Work-order events and outcomes are published at least once, with ids that derive from order and
// version: once by id.

const config = configOrExit('retention', readConfig());
const { variables } = config;
const log = createLogger('retention', variables.CHURN_LOG_LEVEL);
const kafka = { brokers: brokersOf(variables.CHURN_KAFKA_BROKERS), clientId: 'churn-retention' };

const policy = loadPolicy(variables.CHURN_POLICY_FILE);
const model = await openRiskModel(variables.CHURN_MODEL_DIRECTORY);
const redis = await openRedis({
  url: variables.CHURN_REDIS_URL,
  onStateChange: (state, detail) => {
    log[state === 'ready' ? 'info' : 'warn']({ state, detail }, 'Redis');
  },
});
const unfit = await unfitSettingsOf(redis);
if (unfit.length > 0) throw new Error(`Redis would lose data: ${unfit.join('; ')}`);
const partitionCount = await partitionCountOf(kafka, variables.CHURN_INPUT_TOPIC);
await requirePartitionCount(redis, variables.CHURN_REDIS_KEYSPACE, partitionCount);
const producer = await openProducer(kafka);
const offsets = await openOffsetReader(kafka);

const metrics = createMetrics();
const retention = await runRetention({
  config,
  store: createRedisOrderStore(redis, variables.CHURN_REDIS_KEYSPACE),
  reader: createRiskReader({
    store: createPartitionStore(redis, variables.CHURN_REDIS_KEYSPACE, partitionCount),
    model,
    policy,
    partitionCount,
    partitionOf: createPartitionOf(partitionCount),
  }),
  positionsOf: createRedisPositions(redis, variables.CHURN_REDIS_KEYSPACE, offsets),
  producer,
  metrics: createRetentionMetrics(metrics, config.calendar.knownThroughMs),
  log,
  now: Date.now,
  notReady: () => (redis.status === 'ready' ? [] : ['redis']),
});
const operations = await openOperationsServer({
  host: variables.CHURN_OPERATIONS_HOST,
  port: variables.CHURN_OPERATIONS_PORT,
  metrics,
  notReady: () => retention.notReady(),
});
log.info({ address: retention.address, operationsPort: operations.port, model: model.modelVersion }, 'retention runs');

onStopSignal(log, async () => {
  await retention.stop();
  await Promise.all([producer.close(), offsets.close(), operations.close(), model.close()]);
  redis.disconnect();
});
