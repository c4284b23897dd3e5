import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerComposeEnvironment, Wait } from 'testcontainers';
import { untilKafkaAnswers, untilRedisAnswers } from './await-ready.ts';
import { freePort } from './free-port.ts';
import { stackServices } from './prepare-docker.mjs';
import type { Stack, StackOptions } from './stack-shape.ts';
import { whenParentDies } from './when-parent-dies.mjs';

const root = join(import.meta.dirname, '..', '..');
const composeFile = 'docker-compose.yml';
const readyWithinMs = 120_000;
const stopWithinMs = 1000;

/** Runs Kafka and Redis of docker-compose.yml in containers of a project of its own, ports on 127.0.0.1. */
export async function openDockerStack(options: Omit<StackOptions, 'mode' | 'directory'>): Promise<Stack> {
  const kafkaPort = options.kafkaPort ?? (await freePort());
  const redisPort = options.redisPort ?? (await freePort());
  const project = `churn-${randomBytes(4).toString('hex')}`;
  // Clears up if this process is killed, so testcontainers' own reaper, an image more to fetch, is not needed.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  const release = whenParentDies(['docker', 'compose', '-p', project, 'down', '--volumes', '--timeout', '1']);

  const containers = await new DockerComposeEnvironment(root, composeFile)
    .withProjectName(project)
    .withEnvironment({
      CHURN_KAFKA_PORT: String(kafkaPort),
      CHURN_REDIS_PORT: String(redisPort),
      CHURN_REDIS_APPENDFSYNC: options.appendfsync ?? 'everysec',
    })
    .withWaitStrategy('kafka-1', Wait.forHealthCheck())
    .withWaitStrategy('redis-1', Wait.forHealthCheck())
    .up([...stackServices]);
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await containers.down({ removeVolumes: true, timeout: stopWithinMs });
    release();
  };

  const brokers = [`127.0.0.1:${kafkaPort}`];
  const redisUrl = `redis://127.0.0.1:${redisPort}`;
  try {
    const signal = AbortSignal.timeout(readyWithinMs);
    const [, redis] = await Promise.all([untilKafkaAnswers(brokers, signal), untilRedisAnswers(redisUrl, signal)]);
    return { mode: 'docker', brokers, redisUrl, versions: { kafka: kafkaImageVersion(), redis }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function kafkaImageVersion(): string {
  return /image: apache\/kafka:(\S+)/.exec(readFileSync(join(root, composeFile), 'utf8'))?.[1] ?? 'unknown';
}
