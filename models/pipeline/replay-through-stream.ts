import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startFeed } from '../../deploy/local/demo/start-feed.ts';
import type { FeedCounts } from '../../deploy/local/demo/start-feed.ts';
import { failWhenOneEnds, startService } from '../../deploy/local/demo/service-process.ts';
import type { ServiceProcess } from '../../deploy/local/demo/service-process.ts';
import { freePort } from '../../deploy/local/free-port.ts';
import { openStack, parseStackMode } from '../../deploy/local/stack.ts';
import type { Stack } from '../../deploy/local/stack.ts';
import { DEAD_LETTER_SUFFIX } from '../../services/platform/kafka/dead-letter.ts';
import { openOffsetReader } from '../../services/platform/kafka/offsets.ts';
import { ensureTopics } from '../../services/platform/kafka/topics.ts';
import { openRedis } from '../../services/platform/redis/client.ts';
import { createPartitionStore } from '../../services/platform/redis/partition-store.ts';
import type { PartitionStore } from '../../services/platform/redis/partition-store.ts';
import type { StepContext } from './run-step.ts';
import { waitUntilSettled } from './wait-until-settled.ts';
import type { ScorerBooks } from './wait-until-settled.ts';

/** The service after the customers went through it: scorers at rest, log and states as they left them. */
export interface ReplayedStream {
  readonly brokers: readonly string[];
  /** The input log. */
  readonly topic: string;
  readonly partitions: number;
  readonly store: PartitionStore;
  readonly fed: FeedCounts;
  readonly books: ScorerBooks;
}

export interface ReplayPlan {
  /** Folder of the data sets. */
  readonly data: string;
  readonly seed: number;
  readonly policyFile: string;
  readonly timeZone: string;
  readonly modelDirectory: string;
  readonly pseudonym: { readonly keyId: string; readonly secret: string };
  /** What CHURN_STACK says. */
  readonly stackMode: string | undefined;
}

const PARTITIONS = 4;
const SCORERS = 2;
const READY_WITHIN_MS = 90_000;

/**
 * Sends the customers through replay, intake, Kafka, two scorers and Redis, and does some work on what that left behind.
 * Topics, consumer group and keys are the run's own, so that an external Kafka and Redis may be in use; there they stay
 * behind.
 *
 * @throws where a part does not come up, a process ends before its time, or a record did not arrive as a folded event.
 */
export async function withReplayedStream<T>(
  plan: ReplayPlan,
  context: StepContext,
  work: (stream: ReplayedStream) => Promise<T>,
): Promise<T> {
  const { progress } = context;
  const mode = parseStackMode(plan.stackMode);
  const stack = await progress.step(`starting Kafka and Redis (${mode})`, () => openStack({ mode }));
  try {
    return await onStack(stack, plan, context, work);
  } finally {
    await stack.close();
  }
}

async function onStack<T>(
  stack: Stack,
  plan: ReplayPlan,
  context: StepContext,
  work: (stream: ReplayedStream) => Promise<T>,
): Promise<T> {
  const { progress, logDirectory, signal } = context;
  // The export tells the topic's name, so it is the same in each run; where others are at work it has to differ.
  const run = stack.mode === 'external' ? `training-${randomBytes(4).toString('hex')}` : 'training';
  const settings = settingsOf(run, stack, plan);
  const topic = settings.CHURN_INPUT_TOPIC;
  const kafka = { brokers: stack.brokers, clientId: run };
  const topics = [topic, `${topic}${DEAD_LETTER_SUFFIX}`, settings.CHURN_SCORE_TOPIC, settings.CHURN_ALERT_TOPIC];
  await progress.step('creating topics', () =>
    ensureTopics(
      kafka,
      // The log speaks of years ago: by its time stamps Kafka would take it for expired.
      topics.map((name) => ({ topic: name, partitions: PARTITIONS, config: { 'retention.ms': '-1' } })),
    ),
  );
  signal.throwIfAborted();
  const redis = await openRedis({ url: stack.redisUrl });
  const offsets = await openOffsetReader(kafka);
  const scorers: ServiceProcess[] = [];
  try {
    await progress.step('starting two scorers', () => startScorers(scorers, settings, context));
    const store = createPartitionStore(redis, settings.CHURN_REDIS_KEYSPACE, PARTITIONS);
    const title = `sending the customers through intake, Kafka, scorers and Redis`;
    const { fed, books } = await progress.step(title, async (detail) => {
      const feeder = {
        title,
        main: 'services/simulator/replay/main.ts',
        args: ['--data', plan.data],
        settings: replaySettings(plan.seed, plan.timeZone),
      };
      const rejectsDirectory = join(logDirectory, 'rejects');
      const feed = await startFeed({
        feeder,
        settings: { ...settings, ...feeder.settings },
        logDirectory,
        rejectsDirectory,
      });
      try {
        const settled = waitUntilSettled({
          ...{ store, offsets, topic, partitions: PARTITIONS, detail, signal },
          feedHasEnded: () => feed.hasEnded(),
        });
        const found = await Promise.race([settled, failWhenOneEnds(scorers)]);
        return { fed: await feed.counts(), books: found };
      } finally {
        feed.kill();
      }
    });
    requireAllFolded(fed, books);
    await Promise.all(scorers.splice(0).map((scorer) => scorer.stop()));
    return await work({ brokers: stack.brokers, topic, partitions: PARTITIONS, store, fed, books });
  } finally {
    for (const scorer of scorers) scorer.process.signal('SIGKILL');
    await offsets.close();
    redis.disconnect();
  }
}

function settingsOf(run: string, stack: Stack, plan: ReplayPlan) {
  return {
    CHURN_KAFKA_BROKERS: stack.brokers.join(','),
    CHURN_REDIS_URL: stack.redisUrl,
    CHURN_REDIS_KEYSPACE: `${run}:`,
    CHURN_INPUT_TOPIC: `${run}.event.v1`,
    CHURN_SCORE_TOPIC: `${run}.risk-score.v1`,
    CHURN_ALERT_TOPIC: `${run}.risk-alert.v1`,
    CHURN_SCORER_GROUP: run,
    CHURN_POLICY_FILE: plan.policyFile,
    CHURN_MODEL_DIRECTORY: plan.modelDirectory,
    CHURN_PSEUDONYM_KEY_ID: plan.pseudonym.keyId,
    CHURN_PSEUDONYM_SECRET: plan.pseudonym.secret,
    CHURN_COMMIT_LIMIT: '',
  };
}

/** The replay's own settings, whatever the environment says: the same seed gives the same log. */
export function replaySettings(seed: number, timeZone: string): Record<string, string> {
  return {
    REPLAY_SEED: String(seed),
    REPLAY_TIME_ZONE: timeZone,
    REPLAY_MARK_INTERVAL_MINUTES: '60',
    REPLAY_DUPLICATE_SHARE: '0',
    REPLAY_SHUFFLED_SHARE: '0',
  };
}

/** @param scorers gets each as it is started, so that the caller can end them whatever happens. */
async function startScorers(
  scorers: ServiceProcess[],
  settings: Readonly<Record<string, string>>,
  { logDirectory, signal }: StepContext,
): Promise<void> {
  const readyUrls: string[] = [];
  for (let i = 1; i <= SCORERS; i++) {
    const port = await freePort();
    const own = { ...settings, CHURN_OPERATIONS_PORT: String(port) };
    scorers.push(
      await startService({ name: `scorer-${i}`, main: 'services/scorer/main.ts', settings: own, logDirectory }),
    );
    readyUrls.push(`http://127.0.0.1:${port}/readyz`);
  }
  const giveUp = AbortSignal.any([signal, AbortSignal.timeout(READY_WITHIN_MS)]);
  const ready = Promise.all(readyUrls.map((url) => untilReady(url, giveUp)));
  await Promise.race([ready, failWhenOneEnds(scorers)]);
}

async function untilReady(url: string, giveUp: AbortSignal): Promise<void> {
  for (;;) {
    const answer = await fetch(url).then(
      async (response) => ({ status: response.status, text: await response.text() }),
      () => undefined,
    );
    if (answer?.status === 200) return;
    if (giveUp.aborted) throw new Error(`${url} is not ready: ${answer?.text ?? 'no answer'}`);
    await delay(100);
  }
}

/** The vectors are to be those of all events: none may be missing, doubled or too late. */
function requireAllFolded(fed: FeedCounts, books: ScorerBooks): void {
  const { folded, duplicates, late, parked } = books;
  if (fed.eventsFed > 0 && fed.rejected + duplicates + late + parked === 0 && folded === fed.eventsFed) return;
  throw new Error(`the books of the replay do not balance: ${JSON.stringify({ ...fed, ...books })}`);
}
