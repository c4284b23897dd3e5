import { setImmediate } from 'node:timers/promises';
import type { PositionStore, RecordBatch } from '../platform/kafka/consumer.ts';
import type { LogBounds } from '../platform/kafka/offsets.ts';
import type { ConsumerState, PartitionConsumer } from '../platform/kafka/partition-consumer.ts';
import { createBatchLine } from './batch-line.ts';
import { deliverBatch } from './feed-run.ts';
import type { FeedEnd, FeedRun } from './feed-run.ts';
import type { MapRow } from './mapping/map-row.ts';
import type { PartitionRecord, TopicPositions } from './positions/topic-positions.ts';
import { tooManyRejects } from './read-into-batches.ts';
import { createRejectShare } from './rejects/reject-share.ts';
import { createTopicSink, openFileSink, rejectFileOf } from './rejects/reject-sink.ts';
import type { RejectSink } from './rejects/reject-sink.ts';
import { emptyBatch } from './row-batch.ts';
import { readRecord } from './sources/read-record.ts';
import { createRowTaker } from './take-row.ts';
import type { RowTaker } from './take-row.ts';
import { startTopicMarks } from './topic-marks.ts';

const SLICE_ROWS = 1_000;

export interface TopicFeedDeps {
  readonly topic: string;
  readonly groupId: string;
  readonly positions: TopicPositions;
  readonly boundsOf: (topic: string) => Promise<ReadonlyMap<number, LogBounds>>;
  readonly startConsumer: (settings: {
    readonly topic: string;
    readonly groupId: string;
    readonly positions: PositionStore;
    handleBatch(batch: RecordBatch): Promise<void>;
    onStateChange(state: ConsumerState, detail: string): void;
  }) => PartitionConsumer;
}

/** One partition of the source topic while this instance reads it. */
interface PartitionReading {
  readonly taker: RowTaker;
  readonly sink: RejectSink;
  rejectsBytes: number;
  maxEventMs: number | undefined;
}

/**
 * Reads a topic together with other instances, each some of its partitions, until told to stop. At least once: a
 * partition's position is kept in Redis after the broker holds what came of the records before it.
 */
export async function runTopicFeed(run: FeedRun, deps: TopicFeedDeps, stop: AbortSignal): Promise<FeedEnd> {
  const { feed, keepTrying, log } = run;
  const { topic, groupId, positions, boundsOf, startConsumer } = deps;
  const map = bound(feed);
  if (typeof map === 'string') return { kind: 'stopped', why: map };
  const mapRow = map;
  const share = createRejectShare(feed.maxRejectShare, { endless: true });
  const stored = new Map<number, PartitionRecord>();
  const readings = new Map<number, PartitionReading>();
  const ended = Promise.withResolvers<FeedEnd>();
  const marks = startTopicMarks(run, { topic, positions, boundsOf }, stop);

  async function readingOf(partition: number): Promise<PartitionReading> {
    const record = stored.get(partition) ?? { rejectsBytes: 0 };
    const known = readings.get(partition);
    // Another length means that rows come again, or that another instance read on in between.
    if (known !== undefined && known.rejectsBytes === record.rejectsBytes) return known;
    await known?.sink.close();
    const source = `${topic}/${partition}`;
    const sink =
      feed.rejectTopic === undefined
        ? await openFileSink(rejectFileOf(run.rejectsDirectory, feed.name, source), record.rejectsBytes)
        : createTopicSink(feed.rejectTopic);
    const tracker = {
      observe(occurredAtMs: number): undefined {
        reading.maxEventMs = Math.max(reading.maxEventMs ?? occurredAtMs, occurredAtMs);
      },
    };
    const statesProgress = feed.progress.mode === 'stated';
    const taker = createRowTaker({
      ...run,
      feed: feed.name,
      source,
      now: () => run.clock.nowMs(),
      tracker,
      statesProgress,
    });
    const reading: PartitionReading = {
      taker,
      sink,
      rejectsBytes: record.rejectsBytes,
      maxEventMs: record.maxEventMs,
    };
    readings.set(partition, reading);
    return reading;
  }

  async function handleBatch({ partition, records, heartbeat }: RecordBatch): Promise<void> {
    const reading = await readingOf(partition);
    const line = createBatchLine<undefined>((batch) =>
      deliverBatch(run, batch, reading.sink, stop, (rejectsBytes) => {
        reading.rejectsBytes = rejectsBytes;
        return Promise.resolve();
      }),
    );
    for (let from = 0; from < records.length; from += SLICE_ROWS) {
      const batch = emptyBatch();
      for (const { offset, value } of records.slice(from, from + SLICE_ROWS)) {
        const read = readRecord(feed.mapping.rows, value);
        const isTaken = reading.taker.take(batch, read, mapRow, { offset: offset.toString() });
        if (!share.count(!isTaken)) continue;
        const why = `${topic}/${partition}: ${tooManyRejects(share, batch.rejects.at(-1))}`;
        await line.submit(batch, undefined);
        await line.drain();
        ended.resolve({ kind: 'stopped', why });
        // The position stays before these records: with a mended mapping they are read again.
        throw new Error(why);
      }
      await line.submit(batch, undefined);
      await heartbeat();
      await setImmediate();
    }
    await line.drain();
  }

  const consumer = startConsumer({
    topic,
    groupId,
    handleBatch,
    positions: {
      async read(partition) {
        const position = await keepTrying('redis', () => positions.read(partition));
        if (position !== undefined) stored.set(partition, position.record);
        return position?.nextOffset;
      },
      async write(partition, nextOffset) {
        const { rejectsBytes = 0, maxEventMs } = readings.get(partition) ?? {};
        const record = { rejectsBytes, ...(maxEventMs === undefined ? {} : { maxEventMs }) };
        await keepTrying('redis', () => positions.advance(partition, nextOffset, record));
        stored.set(partition, record);
        marks.rowsRead();
      },
      async lowOffsetOf(partition) {
        return (await boundsOf(topic)).get(partition)?.lowOffset ?? 0n;
      },
    },
    onStateChange(state, detail) {
      if (state === 'joined') run.setState('reading');
      log[state === 'joined' || state === 'left' ? 'info' : 'warn']({ feed: feed.name, state, detail }, 'source topic');
    },
  });
  const onStop = (): void => {
    ended.resolve({ kind: 'aborted' });
  };
  stop.addEventListener('abort', onStop, { once: true });
  if (stop.aborted) onStop();
  const end = await ended.promise;
  stop.removeEventListener('abort', onStop);
  await consumer.stop();
  await marks.stop();
  for (const { sink } of readings.values()) await sink.close();
  return end;
}

/** The mapper for a topic's rows, or why there is none: its columns cannot come from a first line. */
function bound({ mapping }: FeedRun['feed']): MapRow | string {
  const { rows } = mapping;
  if (rows.format === 'csv' && rows.columns === undefined) return 'a topic has no line that names the columns';
  const result = mapping.bindHeader(rows.format === 'csv' ? (rows.columns ?? []) : []);
  return result.ok ? result.value : `the columns do not fit the mapping: ${result.mistakes.join('; ')}`;
}
