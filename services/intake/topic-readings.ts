import type { FeedRun } from './feed-run.ts';
import type { PartitionRecord } from './positions/topic-positions.ts';
import { createEventFront } from './progress/event-front.ts';
import type { EventFront } from './progress/event-front.ts';
import { boundOf, maxStepOf } from './progress/progress-tracker.ts';
import { createTopicSink, openFileSink, rejectFileOf } from './rejects/reject-sink.ts';
import type { RejectSink } from './rejects/reject-sink.ts';
import { createRowTaker } from './take-row.ts';
import type { RowTaker } from './take-row.ts';

/** One partition of a source topic while a batch of it is worked on. */
export interface PartitionReading {
  readonly taker: RowTaker;
  readonly sink: RejectSink;
  rejectsBytes: number;
  /** Newest event of the partition, as far as it is believed. */
  front: EventFront;
}

/** Readings of the partitions that this instance has worked on, kept open from one batch to the next. */
export interface TopicReadings {
  /**
   * Begins a batch at what is stored: how far the rows before it came, and which rejects are theirs. Nothing that was
   * read and not stored counts, for it comes again.
   */
  begin(partition: number, record: PartitionRecord): Promise<PartitionReading>;
  /** Keeps a reading for the next batch. After a failure it is to be closed instead. */
  keep(partition: number, reading: PartitionReading): Promise<void>;
  close(): Promise<void>;
}

export function createTopicReadings(run: FeedRun, topic: string): TopicReadings {
  const { feed } = run;
  const kept = new Map<number, PartitionReading>();

  const maxStepMs = maxStepOf(feed.progress);
  const boundMs = boundOf(feed.progress) ?? Infinity;
  const frontOf = ({ maxEventMs, leaptMs }: PartitionRecord): EventFront =>
    createEventFront({ maxStepMs, boundMs }, { frontMs: maxEventMs, leaptMs });

  async function open(source: string, record: PartitionRecord): Promise<PartitionReading> {
    const { rejectsBytes } = record;
    const sink =
      feed.rejectTopic === undefined
        ? await openFileSink(rejectFileOf(run.rejectsDirectory, feed.name, source), rejectsBytes)
        : createTopicSink(feed.rejectTopic);
    const tracker = {
      observe(occurredAtMs: number): undefined {
        reading.front.observe(occurredAtMs);
      },
    };
    const taker = createRowTaker({
      ...run,
      feed: feed.name,
      source,
      now: () => run.clock.nowMs(),
      tracker,
      statesProgress: feed.progress.mode === 'stated',
    });
    const reading: PartitionReading = { taker, sink, rejectsBytes, front: frontOf(record) };
    return reading;
  }

  return {
    async begin(partition, record) {
      const known = kept.get(partition);
      kept.delete(partition);
      // Another length means that another instance read on in between.
      if (known?.rejectsBytes !== record.rejectsBytes) {
        await known?.sink.close();
        return await open(`${topic}/${partition}`, record);
      }
      known.front = frontOf(record);
      return known;
    },
    async keep(partition, reading) {
      const other = kept.get(partition);
      kept.set(partition, reading);
      await other?.sink.close();
    },
    async close() {
      for (const { sink } of kept.values()) await sink.close();
      kept.clear();
    },
  };
}
