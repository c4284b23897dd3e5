import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { startKafka } from './native-kafka.ts';
import { startRedis } from './native-redis.ts';
import { requireNativeParts } from './require-native-parts.ts';
import { openStack, parseStackMode } from './stack.ts';
import type { Stack } from './stack.ts';

export type BenchStack = Stack & {
  /** The broker's process, where it runs on this machine as one of ours. */
  readonly brokerPid: number | undefined;
};

/** Kafka and Redis for a measurement, by the way that the launcher chose; native ones keep their data in `directory`. */
export async function openBenchStack(directory: string, env: NodeJS.ProcessEnv = process.env): Promise<BenchStack> {
  const mode = parseStackMode(env['CHURN_STACK']);
  if (mode !== 'native') return { ...(await openStack({ mode })), brokerPid: undefined };
  const parts = requireNativeParts();
  const redis = await startRedis({ dir: join(directory, 'redis'), port: await freePort() });
  const kafka = await startKafka({ dir: join(directory, 'kafka'), port: await freePort(), optimises: true }).catch(
    async (error: unknown) => {
      await redis.kill();
      throw error;
    },
  );
  return {
    mode,
    brokers: kafka.brokers,
    redisUrl: redis.redisUrl,
    versions: { kafka: parts.kafkaVersion, redis: parts.redisVersion },
    brokerPid: kafka.pid,
    async close() {
      await Promise.all([redis.kill(), kafka.kill()]);
    },
  };
}
