import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { startKafka } from './native-kafka.ts';
import { startRedis } from './native-redis.ts';
import { requireNativeParts } from './require-native-parts.ts';
import { createRunDirectory, removeDirectory } from './run-directory.ts';
import type { Stack, StackOptions } from './stack-shape.ts';

/** Runs redis-server and a Kafka broker as processes of this machine. */
export async function openNativeStack(options: Omit<StackOptions, 'mode'>): Promise<Stack> {
  const parts = requireNativeParts();
  const disposable = options.directory === undefined;
  const directory = options.directory ?? createRunDirectory();
  const kafkaPort = options.kafkaPort ?? (await freePort());
  const redisPort = options.redisPort ?? (await freePort());
  const appendfsync = options.appendfsync ?? 'everysec';

  const started = await Promise.allSettled([
    startRedis({ dir: join(directory, 'redis'), port: redisPort, appendfsync }),
    startKafka({ dir: join(directory, 'kafka'), port: kafkaPort, optimises: true }),
  ]);
  const [redis, kafka] = started;
  const close = async () => {
    const running = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    // Data that nobody will read needs no orderly end.
    await Promise.all(running.map((server) => (disposable ? server.kill() : server.stop())));
    if (disposable) removeDirectory(directory);
  };
  if (redis.status === 'rejected' || kafka.status === 'rejected') {
    await close();
    throw new AggregateError(
      started.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : [])),
      'the local stack did not start',
    );
  }
  return {
    mode: 'native',
    brokers: kafka.value.brokers,
    redisUrl: redis.value.redisUrl,
    versions: { kafka: parts.kafkaVersion, redis: parts.redisVersion },
    close,
  };
}
