import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { openOffsetReader } from '../../../services/platform/kafka/offsets.ts';
import type { OffsetReader } from '../../../services/platform/kafka/offsets.ts';
import { ensureTopics } from '../../../services/platform/kafka/topics.ts';
import { openRedis } from '../../../services/platform/redis/client.ts';
import { createRedisOrderStore } from '../../../services/retention/redis/redis-order-store.ts';
import { createPartitionStore } from '../../../services/platform/redis/partition-store.ts';
import { canListen, freePort } from '../free-port.ts';
import { EXIT_INTERRUPTED, interruption } from '../interruption.ts';
import { createProgress } from '../progress.mjs';
import { createRunDirectory, removeDirectory } from '../run-directory.ts';
import { keepLogs } from './keep-logs.ts';
import { hideCredentials } from '../../../services/platform/telemetry/hide-credentials.ts';
import { openStack, parseStackMode } from '../stack.ts';
import type { Stack } from '../stack.ts';
import { readBooks, suggestRequests } from './count-results.ts';
import type { DemoOptions } from './options.ts';
import { failWhenAllEnd, failWhenOneEnds } from './service-process.ts';
import type { ServiceProcess } from './service-process.ts';
import { fetchSurestAlert, formatAlert } from './show-alert.ts';
import type { ShownAlert } from './show-alert.ts';
import { startFeed } from './start-feed.ts';
import type { Feeder } from './start-feed.ts';
import { formatOperations } from './format-operations.ts';
import { commonSettings, startServices } from './start-services.ts';
import type { OperationsAddress } from './start-services.ts';
import { formatSummary, toSummary } from './summary.ts';
import { TOPICS, topicSpecs } from './topics.ts';
import { watchFeed } from './watch-feed.ts';

const PARTITIONS = 4;
const USUAL_HTTP_PORT = 8_080;

/**
 * The whole service on real parts: brings up Kafka and Redis, two scorers and the retention service, feeds them, shows
 * what happens, and closes with the books.
 *
 * @returns the exit code: 0, 1 where the books do not balance, 130 where it was interrupted before the end.
 */
export async function runDemo(feeder: Feeder, options: DemoOptions): Promise<number> {
  const stopped = interruption();
  const progress = createProgress(process.stderr);
  const mode = parseStackMode(process.env['CHURN_STACK']);
  const directory = createRunDirectory();
  let isFailed = false;
  const onFailure = (): void => {
    isFailed = true;
  };
  try {
    const stack = await progress.step(`starting Kafka and Redis (${mode})`, () => openStack({ mode }));
    try {
      progress.note(`  Kafka ${stack.versions.kafka} at ${stack.brokers.join(',')}`);
      progress.note(`  Redis ${stack.versions.redis} at ${hideCredentials(stack.redisUrl)}`);
      const exitCode = await runOn(stack, { feeder, options, directory, signal: stopped, onFailure });
      isFailed ||= exitCode !== 0;
      return exitCode;
    } finally {
      await progress.step('stopping', () => stack.close());
    }
  } catch (error) {
    if (stopped.aborted) return EXIT_INTERRUPTED;
    isFailed = true;
    throw error;
  } finally {
    if (isFailed) progress.note(keepLogs(join(directory, 'logs')));
    removeDirectory(directory);
  }
}

interface Run {
  readonly feeder: Feeder;
  readonly options: DemoOptions;
  readonly directory: string;
  readonly signal: AbortSignal;
  /** Something went wrong that the run survives. */
  readonly onFailure: () => void;
}

async function runOn(stack: Stack, { feeder, options, directory, signal, onFailure }: Run): Promise<number> {
  const progress = createProgress(process.stderr);
  const kafka = { brokers: stack.brokers, clientId: 'churn-demo' };
  const settings = commonSettings(stack, feeder.settings);
  const logDirectory = join(directory, 'logs');
  mkdirSync(logDirectory);
  const httpPort = (await canListen(USUAL_HTTP_PORT)) ? USUAL_HTTP_PORT : await freePort();
  const address = `http://127.0.0.1:${httpPort}`;
  await progress.step('creating topics', () => ensureTopics(kafka, topicSpecs(PARTITIONS)));

  const redis = await openRedis({ url: stack.redisUrl });
  const offsets = await openOffsetReader(kafka);
  const services: ServiceProcess[] = [];
  let isStopping = false;
  try {
    await refuseUsed(offsets, await redis.dbsize());
    const { scorers, retention, operations } = await progress.step(
      'starting two scorers and the retention service',
      () => startServices({ settings, httpPort, logDirectory }),
    );
    services.push(...scorers, retention);
    const store = createPartitionStore(redis, '', PARTITIONS);
    const orderStore = createRedisOrderStore(redis, '');
    progress.note(`${feeder.title}\n  logs in ${logDirectory}`);
    const rejectsDirectory = join(directory, 'rejects');
    const feed = await startFeed({ feeder, settings, logDirectory, rejectsDirectory });
    const serving = Promise.race([
      failWhenOneEnds([retention]),
      failWhenAllEnd(scorers, ({ name, logFile }, how, remaining) => {
        if (isStopping || signal.aborted) return;
        onFailure();
        progress.note(`\n${name} ended with ${how}; ${remaining} other goes on with its partitions. See ${logFile}`);
      }),
    ]);
    serving.catch(() => undefined);
    let end;
    try {
      end = await Promise.race([
        watchFeed({ feed, store, orderStore, offsets, partitions: PARTITIONS, address, signal }),
        serving,
      ]);
    } finally {
      feed.kill();
    }

    const books = await progress.step('counting on the topics and over HTTP', () =>
      readBooks(kafka, address, end.state, end.fed),
    );
    const summary = toSummary(books, end.eventsPerSecond);
    process.stdout.write(`\n${formatSummary(summary)}\n\n`);
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(summary, null, 2)}\n`);
    const alert = await fetchSurestAlert(address);
    if (alert !== undefined) process.stdout.write(`${formatAlert(alert)}\n\n`);
    if (!options.exit) await stayUp({ address, operations, alert, stack, serving, signal });
    isStopping = true;
    await Promise.all(services.filter((service) => !service.process.hasEnded()).map((service) => service.stop()));
    return summary.balanced ? 0 : 1;
  } finally {
    isStopping = true;
    for (const service of services) service.process.signal('SIGKILL');
    await offsets.close();
    redis.disconnect();
  }
}

/** The books of a run are those of an empty log: on a used one they would be wrong, and its owner would be surprised. */
async function refuseUsed(offsets: OffsetReader, redisKeys: number): Promise<void> {
  const bounds = [...(await offsets.allBoundsOf(TOPICS.input)).values()];
  const records = bounds.reduce((sum, { lowOffset, endOffset }) => sum + endOffset - lowOffset, 0n);
  if (records === 0n && redisKeys === 0) return;
  throw new Error(
    `this needs an empty log and an empty Redis: ${TOPICS.input} holds ${records} records, Redis ${redisKeys} keys`,
  );
}

async function stayUp(run: {
  readonly address: string;
  readonly operations: readonly OperationsAddress[];
  readonly alert: ShownAlert | undefined;
  readonly stack: Stack;
  readonly serving: Promise<never>;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { address, operations, alert, stack, serving, signal } = run;
  const requests = await suggestRequests(address, alert);
  process.stdout.write(
    `  The services stay up. Try:\n\n    ${requests.join('\n    ')}\n    open ${address}/openapi.json\n\n`,
  );
  process.stdout.write(`${formatOperations(operations)}\n\n`);
  process.stdout.write(
    `  A feed of your own goes in by\n\n    CHURN_KAFKA_BROKERS=${stack.brokers.join(',')} CHURN_REDIS_URL=${hideCredentials(stack.redisUrl)} npm run intake -- feed.yaml\n\n`,
  );
  process.stdout.write('  Ctrl-C stops them.\n');
  if (!signal.aborted) await Promise.race([once(signal, 'abort'), serving]);
}
