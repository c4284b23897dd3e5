import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 50;
const connectWithinMs = 2000;

/**
 * Waits until a broker can be reached, a controller is elected, and as many brokers as told have registered.
 *
 * @throws the last error of the connection, when the signal is aborted first
 */
export async function untilKafkaAnswers(brokers: string[], signal: AbortSignal, registered = 1): Promise<void> {
  await untilSucceeds(signal, async () => {
    const kafka = new Kafka({
      clientId: 'local-stack',
      brokers,
      logLevel: logLevel.NOTHING,
      connectionTimeout: connectWithinMs,
      retry: { retries: 0 },
    });
    const admin = kafka.admin();
    try {
      await admin.connect();
      const cluster = await admin.describeCluster();
      if (cluster.controller === null) throw new Error('the broker has no controller yet');
      if (cluster.brokers.length < registered) throw new Error(`${cluster.brokers.length} brokers have registered`);
    } finally {
      await admin.disconnect();
    }
  });
}

/**
 * Waits until Redis answers and has loaded its data.
 *
 * @returns its version, such as 7.0.15
 * @throws the last error of the connection, when the signal is aborted first
 */
export function untilRedisAnswers(redisUrl: string, signal: AbortSignal): Promise<string> {
  return untilSucceeds(signal, async () => {
    const redis = new Redis(redisUrl, {
      lazyConnect: true,
      retryStrategy: null,
      connectTimeout: connectWithinMs,
      maxRetriesPerRequest: 0,
    });
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      const version = /^redis_version:(\S+)/m.exec(await redis.info('server'))?.[1];
      if (version === undefined) throw new Error('Redis does not tell its version');
      return version;
    } finally {
      redis.disconnect();
    }
  });
}

async function untilSucceeds<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted) throw error;
      await delay(pollMs);
    }
  }
}
