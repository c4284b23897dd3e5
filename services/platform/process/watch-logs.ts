import { setTimeout as delay } from 'node:timers/promises';
import { LogReplacedError, holdToWitness } from '../kafka/log-witness.ts';
import type { WitnessStore } from '../kafka/log-witness.ts';
import { isMissingKafkaRight, kafkaTrouble } from '../kafka/kafka-trouble.ts';
import type { OffsetReader } from '../kafka/offsets.ts';
import { isRedisOutage } from '../redis/is-redis-outage.ts';
import { isMissingRight } from '../redis/missing-right.ts';
import { redisTrouble } from '../redis/redis-trouble.ts';
import { awaitPart } from './await-part.ts';
import type { Part } from './part-board.ts';
import { StartRefusal } from './start-refusal.ts';

const CHECK_EVERY_MS = 5_000;
const LOOK_AGAIN_AFTER_MS = 1_000;

export interface WatchLogsOptions {
  /** Topics that positions in Redis speak of. */
  readonly topics: readonly string[];
  /** Its number of partitions is the state's. */
  readonly inputTopic: string;
  readonly partitionCount: number;
  readonly offsets: OffsetReader;
  readonly witnesses: WitnessStore;
  /** Told while the first look is tried again. */
  readonly part: Part;
  readonly signal: AbortSignal;
  /** A topic has become another one while the process runs: it must not go on. */
  readonly onMisfit: (refusal: StartRefusal) => void;
  /** A right is missing to look at them while the process runs; told once for each cause. */
  readonly onUnseen: (cause: string) => void;
}

/**
 * Resolves when the topics have been found to be the ones that Redis speaks of, then looks again every 5 s until the
 * signal aborts: a topic may be made anew, or get more partitions, under a process that runs.
 *
 * @throws StartRefusal where one of them is not.
 */
export async function watchLogs(options: WatchLogsOptions): Promise<void> {
  const { part, signal, onMisfit, onUnseen } = options;
  await awaitPart({ part, open: () => requireLogsTwice(options), causeOf, signal });
  const isStopped = (): boolean => signal.aborted;
  let told: string | undefined;
  void (async () => {
    for (;;) {
      await delay(CHECK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      if (isStopped()) return;
      try {
        await requireLogsTwice(options);
        told = undefined;
      } catch (error) {
        if (isStopped()) return;
        if (error instanceof StartRefusal) {
          onMisfit(error);
          continue;
        }
        // An outage is told by the part that is out; what it makes a look fail with has many names.
        if (!isMissingRight(error) && !isMissingKafkaRight(error)) continue;
        const cause = causeOf(error);
        if (cause !== told) onUnseen(cause);
        told = cause;
      }
    }
  })();
}

/** Both are asked: the log for its end, Redis for what it was. */
function causeOf(error: unknown): string {
  return isRedisOutage(error) || isMissingRight(error) ? redisTrouble(error) : kafkaTrouble(error);
}

/**
 * A leader that was just elected may tell, for a moment, an end that lies before the one that the former leader told: what is
 * another log is one a second later, too.
 */
async function requireLogsTwice(options: WatchLogsOptions): Promise<void> {
  try {
    await requireLogs(options);
  } catch (error) {
    if (!(error instanceof StartRefusal)) throw error;
    await delay(LOOK_AGAIN_AFTER_MS, undefined, { signal: options.signal });
    await requireLogs(options);
  }
}

/** @throws StartRefusal, or what Kafka or Redis throws where they cannot be asked. */
async function requireLogs(options: WatchLogsOptions): Promise<void> {
  const { topics, inputTopic, partitionCount, offsets, witnesses } = options;
  const found = await offsets.partitionCountOf(inputTopic);
  if (found !== partitionCount) {
    throw new StartRefusal('the input log has got another number of partitions', [
      `${inputTopic} has ${found} partitions, it had ${partitionCount} when this process started: subscribers live in ` +
        'other partitions now. Replay the log into an empty Redis, or go back to the old number.',
    ]);
  }
  for (const topic of topics) {
    try {
      await holdToWitness(topic, offsets, witnesses, Date.now());
    } catch (error) {
      if (!(error instanceof LogReplacedError)) throw error;
      throw new StartRefusal('Redis holds the state of another topic', [error.message]);
    }
  }
}
