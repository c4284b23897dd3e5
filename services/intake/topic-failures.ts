import type { ConsumerSettings } from '../platform/kafka/consumer.ts';
import { PositionLostError } from '../platform/kafka/positioned-batches.ts';
import {
  isConnectionTrouble,
  isKafkaOutage,
  isMissingKafkaRight,
  kafkaTrouble,
} from '../platform/kafka/kafka-trouble.ts';
import { logLevelOf } from '../platform/kafka/partition-consumer.ts';
import { isRedisOutage } from '../platform/redis/is-redis-outage.ts';
import type { FeedRun } from './feed-run.ts';
import type { FeedTrouble } from './feed-trouble.ts';
import { StoppedError } from './keep-trying.ts';

/** What a consumer is told to do, and tells, about failing. */
export type FailureSettings = Required<
  Pick<ConsumerSettings, 'failures' | 'onFailing' | 'onRecovered' | 'onAssigned' | 'onClientLog' | 'onStateChange'>
>;

/**
 * Tells what keeps a topic's feed from going on, and stops it where trying again cannot help: at once where records are
 * gone, else after `failingLimitMs`. Outages are waited out, and told by the part that is out.
 */
export function createTopicFailures(
  run: FeedRun,
  deps: {
    readonly topic: string;
    readonly trouble: FeedTrouble;
    readonly failingLimitMs: number;
    readonly stopBecause: (error: unknown) => void;
  },
): FailureSettings {
  const { feed, log } = run;
  const { topic, trouble, failingLimitMs, stopBecause } = deps;
  const failing = new Set<number>();

  function recovered(partition: number): void {
    failing.delete(partition);
    trouble.isOver(`partition ${partition}`);
  }

  return {
    failures: { isOutage, giveUpAfterMs: failingLimitMs },
    onFailing(partition, error, failure) {
      if (failure.type === 'outage') return;
      failing.add(partition);
      trouble.has(`partition ${partition}`, `${topic}/${partition}: ${messageOf(error)}`);
      if (error instanceof PositionLostError) stopBecause(error);
      if (failure.type === 'retry') return;
      const seconds = Math.round(failingLimitMs / 1_000);
      stopBecause(`${topic}/${partition} has been failing for more than ${seconds} s: ${messageOf(error)}`);
    },
    onRecovered: recovered,
    onAssigned(partitions) {
      for (const partition of failing) if (!partitions.includes(partition)) recovered(partition);
    },
    onClientLog(_level, message, detail) {
      log.debug({ feed: feed.name, detail }, message);
    },
    onStateChange(state, detail) {
      log[logLevelOf(state)]({ feed: feed.name, state, detail }, 'source topic');
      if (state === 'joined') {
        run.setState('reading');
        trouble.isOver('group');
      }
      if (state === 'crashed' && !isConnectionTrouble(detail)) {
        trouble.has('group', `${topic} cannot be read: ${kafkaTrouble(detail)}`);
      }
      if (state === 'seek-failed') trouble.has('positions', `${topic} cannot be read on: ${detail}`);
    },
  };
}

function isOutage(error: unknown): boolean {
  return error instanceof StoppedError || isRedisOutage(error) || isKafkaOutage(error);
}

/** An error in words, and for a lost position where to read on. */
export function messageOf(error: unknown): string {
  if (isMissingKafkaRight(error)) return kafkaTrouble(error);
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof PositionLostError
    ? `${message}; see "A position that is lost" in the README of intake`
    : message;
}
