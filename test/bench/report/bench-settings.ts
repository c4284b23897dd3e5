import os from 'node:os';
import { FEATURES, FEATURE_NAMES } from '../../../services/core/features/registry.ts';
import { openModelBundle } from '../../../services/platform/onnx/bundle.ts';
import { FEATURE_SCHEMA_SHA256 } from '../../../services/platform/onnx/risk-model.ts';
import type { RedisClient } from '../../../services/platform/redis/redis-client.ts';
import { MODEL_DIRECTORY, PARTITIONS, ZIPF_POLICY } from '../harness/bench-context.ts';
import type { BenchContext } from '../harness/bench-context.ts';
import { SCORER_NUMBERS } from '../harness/scorer-numbers.ts';
import { ZIPF_DEFAULTS } from '../workload/zipf-workload.ts';

/** All that the figures depend on. */
export interface BenchSettings {
  readonly versions: { readonly node: string; readonly kafka: string; readonly redis: string };
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryBytes: number; readonly os: string };
  /** Where Kafka and Redis run: on the machine of the scorers, unless external. */
  readonly stack: string;
  readonly redis: { readonly appendonly: string; readonly appendfsync: string };
  readonly kafka: { readonly partitions: number; readonly replicationFactor: number; readonly acks: 'all' };
  readonly scorer: typeof SCORER_NUMBERS;
  readonly workload: {
    readonly keys: string;
    readonly events: number;
    readonly subscribers: number;
    readonly eventsPerSubscriberDay: number;
    readonly seed: number;
    readonly policyFile: string;
  };
  readonly model: {
    readonly version: string;
    readonly trees: number;
    readonly nodes: number;
    readonly features: number;
  };
  readonly runs: number;
  readonly startedAt: string;
}

export async function readRedisSetting(redis: RedisClient, name: string): Promise<string> {
  const reply: unknown = await redis.config('GET', name);
  return Array.isArray(reply) ? String(reply[1]) : 'unknown';
}

export async function readBenchSettings(context: BenchContext): Promise<BenchSettings> {
  const { options, stack, redis } = context;
  const model = await openModelBundle(MODEL_DIRECTORY, {
    featureNames: FEATURE_NAMES,
    featureSchemaSha256: FEATURE_SCHEMA_SHA256,
  });
  await model.close();
  return {
    versions: { node: process.versions.node, kafka: stack.versions.kafka, redis: stack.versions.redis },
    machine: {
      cpu: os.cpus()[0]?.model ?? 'unknown',
      cores: os.availableParallelism(),
      memoryBytes: os.totalmem(),
      os: `${os.type()} ${os.release()}`,
    },
    stack: stack.mode,
    redis: {
      appendonly: await readRedisSetting(redis, 'appendonly'),
      appendfsync: await readRedisSetting(redis, 'appendfsync'),
    },
    kafka: { partitions: PARTITIONS, replicationFactor: 1, acks: 'all' },
    scorer: SCORER_NUMBERS,
    workload: {
      keys: options.keys,
      events: options.events,
      subscribers: options.subscribers,
      eventsPerSubscriberDay: ZIPF_DEFAULTS.eventsPerSubscriberDay,
      seed: ZIPF_DEFAULTS.seed,
      policyFile: ZIPF_POLICY,
    },
    model: {
      version: model.modelVersion,
      trees: model.ensemble.roots.length,
      nodes: model.ensemble.featureIndex.length,
      features: FEATURES.length,
    },
    runs: options.runs,
    startedAt: new Date().toISOString(),
  };
}
