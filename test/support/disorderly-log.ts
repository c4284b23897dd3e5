import { isPartitionMark } from '../../services/core/events/subscriber-event.ts';
import type { LogRecord } from '../../services/core/events/subscriber-event.ts';
import { createReleaseQueue } from '../../services/simulator/disorder/release-queue.ts';
import { seededRandom } from '../../models/pipeline/stand-in/random-trees.ts';

export interface Disorder {
  readonly seed: number;
  /** Share (0–1) of events delivered late, by up to `withinMs`. */
  readonly shuffledShare: number;
  readonly withinMs: number;
  /** Share (0–1) of events delivered a second time, also no later than `withinMs` after they happened. */
  readonly duplicateShare: number;
}

/**
 * Delivers a log in event-time order as a feed would that breaks its promises: progress is told on time, whatever is
 * still to come.
 *
 * @param onDuplicate called for each second delivery.
 */
export function* disorderly(
  records: Iterable<LogRecord>,
  { seed, shuffledShare, withinMs, duplicateShare }: Disorder,
  onDuplicate: () => void,
): Generator<LogRecord> {
  const random = seededRandom(seed);
  const queue = createReleaseQueue<LogRecord>();
  function* released(untilMs: number): Generator<LogRecord> {
    for (let due = queue.takeDue(untilMs); due !== undefined; due = queue.takeDue(untilMs)) yield due;
  }
  for (const record of records) {
    yield* released(record.occurredAtMs - 1);
    if (isPartitionMark(record)) {
      queue.push(record.occurredAtMs, record);
      continue;
    }
    const delayMs = random() < shuffledShare ? Math.floor(random() * withinMs) : 0;
    queue.push(record.occurredAtMs + delayMs, record);
    if (random() >= duplicateShare) continue;
    queue.push(record.occurredAtMs + delayMs + Math.floor(random() * (withinMs - delayMs)), record);
    onDuplicate();
  }
  yield* released(Infinity);
}
