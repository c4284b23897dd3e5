import { setTimeout as delay } from 'node:timers/promises';
import { encodeLogRecord } from '../contracts/log-record.ts';
import { configOrExit } from '../platform/config/config-or-exit.ts';
import { awaitKafka } from '../platform/kafka/await-kafka.ts';
import { openBulkProducer } from '../platform/kafka/bulk-producer.ts';
import { runConsumer } from '../platform/kafka/consumer.ts';
import { isKafkaOutage, isMissingKafkaRight, kafkaTrouble } from '../platform/kafka/kafka-trouble.ts';
import { awaitPart } from '../platform/process/await-part.ts';
import { openOperations } from '../platform/process/open-operations.ts';
import { createPartBoard } from '../platform/process/part-board.ts';
import type { Part } from '../platform/process/part-board.ts';
import { runProcess } from '../platform/process/run-process.ts';
import { watchPart } from '../platform/process/watch-part.ts';
import { awaitRedis } from '../platform/redis/await-redis.ts';
import { isRedisOutage } from '../platform/redis/is-redis-outage.ts';
import { isMissingRight } from '../platform/redis/missing-right.ts';
import { redisTrouble } from '../platform/redis/redis-trouble.ts';
import { createLogger } from '../platform/telemetry/logger.ts';
import { createMetrics } from '../platform/telemetry/metrics.ts';
import { checkFeeds } from './check-feeds.ts';
import { readConfig } from './config.ts';
import { createIntakeMetrics } from './intake-metrics.ts';
import { createKeepTrying } from './keep-trying.ts';
import { createFeedLease } from './positions/feed-lease.ts';
import { createFilePositions } from './positions/file-positions.ts';
import { intakeKeys } from './positions/intake-keys.ts';
import { createTopicPositions } from './positions/topic-positions.ts';
import { printSummary } from './print-summary.ts';
import { runIntake } from './run-intake.ts';
import { showProgress } from './show-progress.ts';
import { systemClock } from './system-clock.ts';
import { createKafkaCheck } from './watch-kafka.ts';

// Delivery: every row reaches the input log at least once, repetitions under the same event id; the rejects of a file
// exactly once. A mark of progress stands behind all rows that it speaks of, in every partition.

/** At a stop signal what is under way is given so long: an answer that has not come by then may never come. */
const STOP_WITHIN_MS = 7_000;

const USAGE = `usage: npm run intake -- [--check] [--json] feed.yaml…

  --check   show what the first rows become; write nothing
  --json    tell the summary as one line of JSON

Without files those of CHURN_INTAKE_FEEDS. services/intake/README.md says what a feed file can hold.`;

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  process.stdout.write(`${USAGE}\n`);
  process.exit(0);
}
// Whoever gave the right back need not start it anew.
const isOutageOfKafka = (error: unknown): boolean => isKafkaOutage(error) || isMissingKafkaRight(error);
const isOutageOfRedis = (error: unknown): boolean => isRedisOutage(error) || isMissingRight(error);
const config = configOrExit('intake', readConfig(process.argv.slice(2)));
const { variables, feeds } = config;
if (config.check) {
  const isFit = await checkFeeds(feeds, process.stdin, (line) => process.stdout.write(`${line}\n`));
  process.exit(isFit ? 0 : 1);
}
const log = createLogger('intake', variables.CHURN_LOG_LEVEL);

runProcess(log, async (life) => {
  const { signal } = life;
  const keyspace = variables.CHURN_REDIS_KEYSPACE;
  const topic = variables.CHURN_INPUT_TOPIC;
  const kafka = { ...config.kafka, clientId: 'churn-intake' };
  const metrics = createMetrics();
  const board = createPartBoard(log);
  const parts = {
    redis: board.part('Redis', 'what has been read is kept; trying again every few seconds'),
    kafka: board.part('Kafka', 'what has been read is kept; trying again every few seconds'),
  };
  const failingLimitSeconds = variables.CHURN_FAILING_LIMIT_SECONDS;
  const partOf = (feed: string): Part =>
    board.part(
      `feed ${feed}`,
      `what fails is tried again while the rest goes on; the feed stops if it still fails after ${failingLimitSeconds} s`,
    );
  // First, so that it can be asked what the process waits for.
  const operations = await openOperations({
    host: variables.CHURN_OPERATIONS_HOST,
    port: variables.CHURN_OPERATIONS_PORT,
    metrics,
    board,
    signal,
  });
  life.onClose(() => operations.close());
  const sourceTopics = feeds.flatMap(({ source }) => (source.type === 'topic' ? [source.topic] : []));
  const rejectTopics = feeds.flatMap(({ rejectTopic }) => rejectTopic ?? []);
  const [redis, { partitionCount, producer: idle, offsets }] = await Promise.all([
    awaitRedis({ settings: config.redis, keyspace, part: parts.redis, signal }),
    awaitKafka({
      kafka,
      inputTopic: topic,
      topics: [...new Set([...sourceTopics, ...rejectTopics])],
      aligned: [],
      part: parts.kafka,
      signal,
    }),
  ]);
  life.onClose(() => {
    redis.disconnect();
    return undefined;
  });
  const producer = await awaitPart({
    part: parts.kafka,
    open: () => openBulkProducer(kafka, { name: topic, partitions: partitionCount }),
    causeOf: kafkaTrouble,
    signal,
  });
  await idle.close();
  life.onClose(() => Promise.all([producer.close(), offsets.close()]));
  const askKafka = createKafkaCheck(
    () => offsets.allBoundsOf(topic),
    kafkaTrouble,
    () => systemClock.nowMs(),
  );
  void watchPart(parts.kafka, askKafka, signal);

  const intake = runIntake(
    feeds,
    {
      topic,
      partitions: partitionCount,
      send: (records) => producer.send(records),
      encode: encodeLogRecord,
      rejectsDirectory: variables.CHURN_INTAKE_REJECTS_DIRECTORY,
      keepTrying: createKeepTrying(
        {
          kafka: { part: parts.kafka, causeOf: kafkaTrouble, isOutage: isOutageOfKafka },
          redis: { part: parts.redis, causeOf: redisTrouble, isOutage: isOutageOfRedis },
        },
        signal,
      ),
      metrics: createIntakeMetrics(metrics),
      log,
      clock: systemClock,
      showState: (feed, state, stoppedBecause) => {
        if (stoppedBecause === undefined) partOf(feed).up(state);
        else partOf(feed).missing(`${state}: ${stoppedBecause}`, true);
      },
    },
    {
      stdin: process.stdin,
      leaseOf: (feed) => createFeedLease(redis, intakeKeys(keyspace, feed).lease),
      filePositionsOf: (feed) => createFilePositions(redis, keyspace, feed),
      topicPositionsOf: (feed, source) => createTopicPositions(redis, keyspace, feed, source),
      boundsOf: (source) => offsets.allBoundsOf(source),
      startConsumer: (settings) => runConsumer({ ...kafka, ...settings }),
      failingLimitMs: failingLimitSeconds * 1_000,
      partOf,
    },
    signal,
  );
  const names = feeds.map(({ name }) => name);
  log.info({ feeds: names, topic, partitions: partitionCount, operationsPort: operations.port }, 'intake runs');
  const endProgress = showProgress(intake.books, { terminal: process.stderr, log });
  signal.addEventListener('abort', () => setTimeout(intake.giveUp, STOP_WITHIN_MS).unref());
  const summaries = await intake.ended;
  endProgress();
  await printSummary(summaries, config.json, process.stdout);
  // After a stop signal the process is ended by who caught it.
  if (signal.aborted) return;
  await Promise.race([producer.close(), delay(1_000)]);
  process.exit(summaries.some(({ state }) => state === 'stopped') ? 1 : 0);
});
