import { seededRandom } from '../../../models/pipeline/stand-in/random-trees.ts';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import type { LogRecord, SubscriberEvent } from '../../../services/core/events/subscriber-event.ts';
import { createReleaseQueue } from '../../../services/simulator/disorder/release-queue.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Deliveries of 100 that come late and out of order, by up to so many hours. */
const SHUFFLED_SHARE = 0.2;
const LATE_HOURS = 48;
/** A second delivery of 5 %, a quarter of them in each way. */
const REPEATED_SHARE = 0.05;
const REPEATED_AFTER_MS = 47 * HOUR_MS;
/** Events that come later than any log takes them. */
const TOO_LATE_SHARE = 0.01;
const TOO_LATE_DAYS = { least: 7.5, most: 20 };
/** A repetition that waits for a pause must not have become late by then. */
const WAITS_AT_MOST_MS = 6 * DAY_MS;

export const REPETITIONS = [
  'repeated in the batch',
  'repeated in the next batch',
  'repeated after a restart',
  'repeated 47 h later',
] as const;
type Repetition = (typeof REPETITIONS)[number];

/** A stop between two deliveries at which all that came is dealt with. */
export interface Pause {
  readonly atMs: number;
  /** The scorers are killed at it, and others go on. */
  readonly restarts: boolean;
}

export interface DisorderedLog {
  /** What is delivered up to each pause, and after the last. */
  readonly pieces: readonly (readonly LogRecord[])[];
  /** Deliveries by what was done to them. */
  readonly done: Readonly<Record<Repetition | 'shuffled' | 'too late', number>>;
  /** Events that count, each once. */
  readonly accepted: readonly SubscriberEvent[];
}

/**
 * Delivers the lives of subscribers as bad feeds would, whose marks of progress come on time all the same.
 *
 * @param records in event-time order.
 * @param endMs of their last mark: after it nothing becomes too late any more.
 */
export function disorderedLog(
  records: Iterable<LogRecord>,
  { seed, pauses, endMs }: { readonly seed: number; readonly pauses: readonly Pause[]; readonly endMs: number },
): DisorderedLog {
  const random = seededRandom(seed);
  const queue = createReleaseQueue<LogRecord>();
  const done = {
    ...{ 'repeated in the batch': 0, 'repeated in the next batch': 0, 'repeated after a restart': 0 },
    ...{ 'repeated 47 h later': 0, shuffled: 0, 'too late': 0 },
  };
  const accepted: SubscriberEvent[] = [];

  /** When a second delivery of what is delivered at `atMs` comes; undefined where that way is not open. */
  function repeatedAtMs(way: Repetition, { occurredAtMs }: SubscriberEvent, atMs: number): number | undefined {
    if (way === 'repeated in the batch') return atMs;
    if (way === 'repeated 47 h later') return Math.max(atMs, occurredAtMs + REPEATED_AFTER_MS);
    const pause = pauses.find((one) => one.atMs > atMs && (one.restarts || way === 'repeated in the next batch'));
    return pause !== undefined && pause.atMs - occurredAtMs < WAITS_AT_MOST_MS ? pause.atMs : undefined;
  }

  for (const record of records) {
    const { occurredAtMs } = record;
    if (isPartitionMark(record)) {
      queue.push(occurredAtMs, record);
      continue;
    }
    if (random() < TOO_LATE_SHARE && occurredAtMs < endMs - (TOO_LATE_DAYS.least + 1) * DAY_MS) {
      const { least, most } = TOO_LATE_DAYS;
      queue.push(occurredAtMs + (least + random() * (most - least)) * DAY_MS, record);
      done['too late']++;
      continue;
    }
    const isShuffled = random() < SHUFFLED_SHARE;
    const atMs = occurredAtMs + (isShuffled ? Math.floor(random() * LATE_HOURS * HOUR_MS) : 0);
    if (isShuffled) done.shuffled++;
    queue.push(atMs, record);
    accepted.push(record);
    if (random() >= REPEATED_SHARE) continue;
    const wanted = REPETITIONS[Math.floor(random() * REPETITIONS.length)] ?? 'repeated in the batch';
    const againMs = repeatedAtMs(wanted, record, atMs);
    done[againMs === undefined ? 'repeated in the batch' : wanted]++;
    queue.push(againMs ?? atMs, record);
  }

  const pieces = [...pauses.map(({ atMs }) => atMs - 1), Infinity].map((untilMs) => {
    const piece: LogRecord[] = [];
    for (let due = queue.takeDue(untilMs); due !== undefined; due = queue.takeDue(untilMs)) piece.push(due);
    return piece;
  });
  return { pieces, done, accepted };
}
