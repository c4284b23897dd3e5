import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ServiceProcess } from '../../deploy/local/demo/service-process.ts';
import type { TestStackAddress } from '../../deploy/local/test-stack-address.ts';
import type { KafkaSettings } from '../../services/platform/kafka/client.ts';
import { DEAD_LETTER_SUFFIX } from '../../services/platform/kafka/dead-letter.ts';
import { openOffsetReader } from '../../services/platform/kafka/offsets.ts';
import type { OffsetReader } from '../../services/platform/kafka/offsets.ts';
import { openProducer } from '../../services/platform/kafka/producer.ts';
import type { Producer } from '../../services/platform/kafka/producer.ts';
import { ensureTopics } from '../../services/platform/kafka/topics.ts';
import { openRedis } from '../../services/platform/redis/client.ts';
import { createPartitionStore } from '../../services/platform/redis/partition-store.ts';
import type { PartitionStore } from '../../services/platform/redis/partition-store.ts';
import type { RedisClient } from '../../services/platform/redis/redis-client.ts';
import { writeSilenceModel } from '../../models/pipeline/stand-in/silence-model.ts';
import { numbersInLogs } from './numbers-in-logs.ts';
import { claimRedisDatabase, testStack, uniqueSuffix } from './stack.ts';
import { testPolicy } from './test-policy.ts';
import type { PolicyChanges } from './test-policy.ts';

export interface InstallationTopics {
  readonly input: string;
  readonly score: string;
  readonly alert: string;
  readonly workOrder: string;
  readonly outcome: string;
}

/** Topics, a Redis database, a policy and a model of one test, and the processes that it starts on them. */
export interface Installation {
  readonly partitions: number;
  readonly topics: InstallationTopics;
  readonly kafka: KafkaSettings;
  readonly redis: RedisClient;
  readonly store: PartitionStore;
  readonly offsets: OffsetReader;
  readonly producer: Producer;
  /** What the services find in their environment. */
  readonly settings: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Killed at the end of the test, if they still run. */
  readonly processes: ServiceProcess[];
}

export interface InstallationOptions {
  readonly partitions: number;
  readonly policy?: PolicyChanges;
  /** The model's: silence of more civil days than this is high risk; 6 unless told. */
  readonly quietDays?: number;
  /** Reads the log of another installation; all else is its own. */
  readonly inputOf?: Installation;
  /** Kafka and Redis of the test's own, an empty database of it; those that all tests share unless told. */
  readonly stack?: TestStackAddress;
}

/** What a test gives back when it has ended. */
export interface TestEnd {
  after(work: () => Promise<void>): void;
  /** Directory that keeps what the services logged; left out, nothing is kept. */
  readonly logsKeptAt?: string | undefined;
}

export async function openInstallation(test: TestEnd, options: InstallationOptions): Promise<Installation> {
  const { partitions, policy = {}, quietDays = 6, inputOf, stack } = options;
  const { brokers } = stack ?? testStack();
  const name = uniqueSuffix();
  const kafka = { brokers, clientId: `test-${name}` };
  const topics: InstallationTopics = {
    input: inputOf?.topics.input ?? `${name}.event.v1`,
    score: `${name}.score.v1`,
    alert: `${name}.alert.v1`,
    workOrder: `${name}.work-order.v1`,
    outcome: `${name}.outcome.v1`,
  };
  const directory = mkdtempSync(join(tmpdir(), 'churn-test-'));
  mkdirSync(join(directory, 'logs'));
  const policyFile = join(directory, 'policy.yaml');
  writeFileSync(policyFile, JSON.stringify(testPolicy(policy)));
  const model = await writeSilenceModel(join(directory, 'models'), quietDays);
  const redisUrl = stack?.redisUrl ?? (await claimRedisDatabase());
  await ensureTopics(kafka, topicSpecs(topics, partitions));

  const redis = await openRedis({ url: redisUrl });
  const offsets = await openOffsetReader(kafka);
  const producer = await openProducer(kafka);
  const processes: ServiceProcess[] = [];
  test.after(async () => {
    for (const { process: kept } of processes) kept.signal('SIGKILL');
    await Promise.all(processes.map(({ process: kept }) => kept.ended));
    await Promise.all([offsets.close(), producer.close()]);
    redis.disconnect();
    const found = numbersInLogs(directory);
    if (test.logsKeptAt !== undefined) keepLogs(directory, join(test.logsKeptAt, basename(directory)));
    rmSync(directory, { recursive: true, force: true });
    // Whatever a test is about: numbers stay at the edge.
    if (found.length > 0) throw new Error(found.join('\n'));
  });
  return {
    partitions,
    topics,
    kafka,
    redis,
    store: createPartitionStore(redis, '', partitions),
    offsets,
    producer,
    settings: {
      CHURN_KAFKA_BROKERS: brokers.join(','),
      CHURN_REDIS_URL: redisUrl,
      CHURN_REDIS_KEYSPACE: '',
      CHURN_INPUT_TOPIC: topics.input,
      CHURN_SCORE_TOPIC: topics.score,
      CHURN_ALERT_TOPIC: topics.alert,
      CHURN_WORK_ORDER_TOPIC: topics.workOrder,
      CHURN_OUTCOME_TOPIC: topics.outcome,
      CHURN_SCORER_GROUP: `${name}-scorer`,
      CHURN_RETENTION_GROUP: `${name}-retention`,
      CHURN_POLICY_FILE: policyFile,
      CHURN_MODEL_DIRECTORY: model,
      // The least that Kafka's default allows: a killed instance is missed soon.
      CHURN_SESSION_TIMEOUT_MS: '6000',
      CHURN_COMMIT_LIMIT: '',
      CHURN_LOG_LEVEL: 'info',
    },
    directory,
    processes,
  };
}

function keepLogs(directory: string, at: string): void {
  cpSync(directory, at, { recursive: true, filter: (file) => file !== join(directory, 'models') });
}

function topicSpecs(topics: InstallationTopics, partitions: number): Parameters<typeof ensureTopics>[1] {
  const { input, score, alert, workOrder, outcome } = topics;
  const deadLetters = [input, alert, outcome].map((topic) => `${topic}${DEAD_LETTER_SUFFIX}`);
  return [input, score, alert, workOrder, outcome, ...deadLetters].map((topic) => ({ topic, partitions }));
}
