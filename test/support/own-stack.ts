import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../deploy/local/free-port.ts';
import { startKafka } from '../../deploy/local/native-kafka.ts';
import type { NativeKafka } from '../../deploy/local/native-kafka.ts';
import { startRedis } from '../../deploy/local/native-redis.ts';
import type { NativeRedis } from '../../deploy/local/native-redis.ts';
import { findNativeParts } from '../../deploy/local/require-native-parts.ts';
import type { TestStackAddress } from '../../deploy/local/test-stack-address.ts';
import type { TestEnd } from './installation.ts';

/** For `test(…, { skip })`: faults are done to processes, which need the native parts. */
export const withoutNativeParts =
  findNativeParts() === undefined ? 'redis-server, Java or the broker are not prepared natively' : false;

/** A Kafka and a Redis that nobody else uses, to be stopped, frozen and brought back. Not started yet. */
export interface OwnStack {
  readonly address: TestStackAddress;
  startKafka(): Promise<NativeKafka>;
  startRedis(): Promise<NativeRedis>;
}

export async function ownStack(t: TestEnd): Promise<OwnStack> {
  const directory = mkdtempSync(join(tmpdir(), 'churn-own-stack-'));
  const [kafkaPort, redisPort] = [await freePort(), await freePort()];
  const running: { kill(): Promise<void> }[] = [];
  t.after(async () => {
    await Promise.all(running.map((server) => server.kill()));
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  return {
    address: { brokers: [`127.0.0.1:${kafkaPort}`], redisUrl: `redis://127.0.0.1:${redisPort}` },
    async startKafka() {
      const kafka = await startKafka({ dir: join(directory, 'kafka'), port: kafkaPort });
      running.push(kafka);
      return kafka;
    },
    async startRedis() {
      const redis = await startRedis({ dir: join(directory, 'redis'), port: redisPort });
      running.push(redis);
      return redis;
    },
  };
}
