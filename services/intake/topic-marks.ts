import { lostPositionOf } from '../platform/kafka/positioned-batches.ts';
import type { LogBounds } from '../platform/kafka/offsets.ts';
import type { FeedRun } from './feed-run.ts';
import { StoppedError } from './keep-trying.ts';
import type { TopicPositions } from './positions/topic-positions.ts';
import { toProgressMark } from './progress/progress-mark.ts';
import { MARK_STEP_MS } from './progress/progress-tracker.ts';
import { completeThroughOfTopic } from './progress/topic-progress.ts';
import type { PartitionRead } from './progress/topic-progress.ts';

/** So often the ends of the partitions are looked up, and what has not moved a step is marked. */
const LOOK_EVERY_MS = 5_000;

export interface TopicMarks {
  /** Positions have moved: a mark may be due. */
  rowsRead(): void;
  stop(): Promise<void>;
}

/**
 * Marks a topic's progress: the least of all its partitions, whichever instance reads them, as kept in Redis. A mark is
 * written after the rows that it speaks of, for their positions were kept after the broker had acknowledged them.
 */
export function startTopicMarks(
  run: FeedRun,
  deps: {
    readonly topic: string;
    readonly positions: TopicPositions;
    readonly boundsOf: (topic: string) => Promise<ReadonlyMap<number, LogBounds>>;
    /** Told once of what ends the marking, such as a position that the topic no longer reaches. */
    readonly onFailed: (error: unknown) => void;
  },
  stop: AbortSignal,
): TopicMarks {
  const { feed, books, keepTrying, metrics, clock, encode, send } = run;
  const { topic, positions, boundsOf, onFailed } = deps;
  const atEnd = new Map<number, { readonly offset: bigint; readonly sinceMs: number }>();
  const stopping = new AbortController();
  const signal = AbortSignal.any([stop, stopping.signal]);
  let wake = Promise.withResolvers<undefined>();
  let sourcePartitions: number | undefined;

  /** Since when a partition holds nothing that has not been read. */
  function atEndSince(partition: number, nextOffset: bigint | undefined, bounds: LogBounds, nowMs: number) {
    const next = nextOffset ?? bounds.lowOffset;
    if (next < bounds.endOffset) {
      atEnd.delete(partition);
      return undefined;
    }
    const known = atEnd.get(partition);
    // A clock that is set back must not make it wait until it has come so far again.
    const sinceMs = known?.offset === next ? Math.min(known.sinceMs, nowMs) : nowMs;
    atEnd.set(partition, { offset: next, sinceMs });
    return sinceMs;
  }

  /** A quiet topic brings no records that would tell. */
  async function refuseWhereLost(partition: number, nextOffset: bigint, bounds: LogBounds): Promise<void> {
    if (lostPositionOf(topic, partition, nextOffset, bounds) === undefined) return;
    // The bounds were asked for before the position, and records may have come and been read in between.
    const now = (await keepTrying('kafka', () => boundsOf(topic))).get(partition);
    const lost = now === undefined ? undefined : lostPositionOf(topic, partition, nextOffset, now);
    if (lost !== undefined) throw lost;
  }

  async function update(isLook: boolean): Promise<void> {
    const nowMs = clock.nowMs();
    const bounds =
      isLook || sourcePartitions === undefined ? await keepTrying('kafka', () => boundsOf(topic)) : undefined;
    sourcePartitions = bounds?.size ?? sourcePartitions ?? 0;
    const reads: PartitionRead[] = [];
    for (let partition = 0; partition < sourcePartitions; partition++) {
      const position = await keepTrying('redis', () => positions.read(partition));
      const ends = bounds?.get(partition);
      if (ends !== undefined && position !== undefined) await refuseWhereLost(partition, position.nextOffset, ends);
      const atEndSinceMs = ends === undefined ? undefined : atEndSince(partition, position?.nextOffset, ends, nowMs);
      reads.push({ maxEventMs: position?.record.maxEventMs, atEndSinceMs });
    }
    const completeThroughMs = completeThroughOfTopic(feed.progress, reads, nowMs, feed.quietAfterMs);
    if (completeThroughMs === undefined) return;
    const marked = (await keepTrying('redis', () => positions.readMark())) ?? -Infinity;
    if (completeThroughMs < marked + (isLook ? 1 : MARK_STEP_MS)) return;
    await mark(completeThroughMs);
  }

  async function mark(completeThroughMs: number): Promise<void> {
    const value = encode(toProgressMark(feed.name, completeThroughMs));
    const key = `feed:${feed.name}`;
    const records = Array.from({ length: run.partitions }, (_, partition) => ({
      topic: run.topic,
      partition,
      key,
      value,
    }));
    await keepTrying('kafka', () => send(records));
    await keepTrying('redis', () => positions.raiseMark(completeThroughMs));
    books.completeThroughMs = Math.max(books.completeThroughMs ?? 0, completeThroughMs);
    metrics.marked(feed.name, completeThroughMs);
  }

  async function rounds(): Promise<void> {
    let lookAtMs = clock.nowMs() + LOOK_EVERY_MS;
    for (;;) {
      // The same of the next look.
      lookAtMs = Math.min(lookAtMs, clock.nowMs() + LOOK_EVERY_MS);
      await Promise.race([wake.promise, clock.sleep(Math.max(0, lookAtMs - clock.nowMs()), signal)]);
      wake = Promise.withResolvers<undefined>();
      if (signal.aborted) return;
      const isLook = clock.nowMs() >= lookAtMs;
      if (isLook) lookAtMs = clock.nowMs() + LOOK_EVERY_MS;
      await update(isLook);
    }
  }

  const running = rounds().catch((error: unknown) => {
    if (!(error instanceof StoppedError)) onFailed(error);
  });
  return {
    rowsRead() {
      // The rows of a feed that states its progress bring the marks along.
      if (feed.progress.mode !== 'stated') wake.resolve(undefined);
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
