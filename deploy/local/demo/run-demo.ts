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
import { createProgress } from '../progress.mjs';
import { createRunDirectory, removeDirectory } from '../run-directory.ts';
import { openStack, parseStackMode } from '../stack.ts';
import type { Stack } from '../stack.ts';
import { readBooks, suggestRequests } from './count-results.ts';
import type { DemoOptions } from './options.ts';
import { failWhenOneEnds, startService } from './service-process.ts';
import type { ServiceProcess } from './service-process.ts';
import { commonSettings, startServices } from './start-services.ts';
import { formatSummary, toSummary } from './summary.ts';
import { TOPICS, topicSpecs } from './topics.ts';
import { watchFeed } from './watch-feed.ts';

/** Where a demo's events come from: a process that writes them to the input log and ends with a line of JSON. */
export interface Feeder {
  readonly title: string;
  readonly main: string;
  readonly args: readonly string[];
  /** Added to the environment of the feeder and of all services. */
  readonly settings: Readonly<Record<string, string>>;
}

const PARTITIONS = 4;
const EXIT_INTERRUPTED = 130;
const USUAL_HTTP_PORT = 8_080;

/**
 * The whole service on real parts: brings up Kafka and Redis, two scorers and the retention service, feeds them, shows
 * what happens, and closes with the books.
 *
 * @returns the exit code: 0, 1 where the books do not balance, 130 where it was interrupted before the end.
 */
export async function runDemo(feeder: Feeder, options: DemoOptions): Promise<number> {
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stopped.abort();
    });
  }
  const progress = createProgress(process.stderr);
  const mode = parseStackMode(process.env['CHURN_STACK']);
  const directory = createRunDirectory();
  try {
    const stack = await progress.step(`starting Kafka and Redis (${mode})`, () => openStack({ mode }));
    try {
      progress.note(`  Kafka ${stack.versions.kafka} at ${stack.brokers.join(',')}`);
      progress.note(`  Redis ${stack.versions.redis} at ${stack.redisUrl}`);
      return await runOn(stack, { feeder, options, directory, signal: stopped.signal });
    } finally {
      await progress.step('stopping', () => stack.close());
    }
  } catch (error) {
    if (stopped.signal.aborted) return EXIT_INTERRUPTED;
    throw error;
  } finally {
    removeDirectory(directory);
  }
}

interface Run {
  readonly feeder: Feeder;
  readonly options: DemoOptions;
  readonly directory: string;
  readonly signal: AbortSignal;
}

async function runOn(stack: Stack, { feeder, options, directory, signal }: Run): Promise<number> {
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
  try {
    await refuseUsed(offsets, await redis.dbsize());
    services.push(
      ...(await progress.step('starting two scorers and the retention service', () =>
        startServices({ settings, httpPort, logDirectory }),
      )),
    );
    const store = createPartitionStore(redis, '', PARTITIONS);
    const orderStore = createRedisOrderStore(redis, '');
    progress.note(`${feeder.title}\n  logs in ${logDirectory}`);
    const feed = await startService({ name: 'feeder', main: feeder.main, args: feeder.args, settings, logDirectory });
    const serving = failWhenOneEnds(services);
    let end;
    try {
      end = await Promise.race([
        watchFeed({ feed, store, orderStore, offsets, partitions: PARTITIONS, address, signal }),
        serving,
      ]);
    } finally {
      feed.process.signal('SIGKILL');
    }

    const books = await progress.step('counting on the topics and over HTTP', () =>
      readBooks(kafka, address, end.state, end.eventsSent),
    );
    const summary = toSummary(books, end.eventsPerSecond);
    process.stdout.write(`\n${formatSummary(summary)}\n\n`);
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(summary, null, 2)}\n`);
    if (!options.exit) await stayUp(address, serving, signal);
    await Promise.all(services.map((service) => service.stop()));
    return summary.balanced ? 0 : 1;
  } finally {
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

async function stayUp(address: string, serving: Promise<never>, signal: AbortSignal): Promise<void> {
  const requests = await suggestRequests(address);
  process.stdout.write(
    `  The services stay up. Try:\n\n    ${requests.join('\n    ')}\n    open ${address}/openapi.json\n\n`,
  );
  process.stdout.write('  Ctrl-C stops them.\n');
  if (!signal.aborted) await Promise.race([once(signal, 'abort'), serving]);
}
