import { setImmediate } from 'node:timers/promises';
import type { ConsumerSettings } from '../platform/kafka/consumer.ts';
import type { PositionStore, RecordBatch } from '../platform/kafka/positioned-batches.ts';
import type { LogBounds } from '../platform/kafka/offsets.ts';
import type { PartitionConsumer } from '../platform/kafka/partition-consumer.ts';
import type { Part } from '../platform/process/part-board.ts';
import { createBatchLine } from './batch-line.ts';
import { deliverBatch } from './feed-run.ts';
import type { FeedEnd, FeedRun } from './feed-run.ts';
import { createFeedTrouble } from './feed-trouble.ts';
import type { MapRow } from './mapping/map-row.ts';
import type { PartitionRecord, TopicPositions } from './positions/topic-positions.ts';
import { tooManyRejects } from './read-into-batches.ts';
import { createRejectShare } from './rejects/reject-share.ts';
import { emptyBatch } from './row-batch.ts';
import { readRecord } from './sources/read-record.ts';
import { createTopicFailures, messageOf } from './topic-failures.ts';
import { startTopicMarks } from './topic-marks.ts';
import { createTopicReadings } from './topic-readings.ts';
import type { PartitionReading } from './topic-readings.ts';

const SLICE_ROWS = 1_000;

export interface TopicFeedDeps {
  readonly topic: string;
  readonly groupId: string;
  readonly positions: TopicPositions;
  readonly boundsOf: (topic: string) => Promise<ReadonlyMap<number, LogBounds>>;
  readonly startConsumer: (settings: Omit<ConsumerSettings, 'brokers' | 'clientId'>) => PartitionConsumer;
  /** Of the board; not up while the feed cannot go on. */
  readonly part: Pick<Part, 'up' | 'missing'>;
  /** A partition that fails for so long, by no outage, stops the feed. */
  readonly failingLimitMs: number;
}

/**
 * Reads a topic together with other instances, each some of its partitions, until told to stop. At least once: a
 * partition's position is kept in Redis after the broker holds what came of the records before it.
 */
export async function runTopicFeed(run: FeedRun, deps: TopicFeedDeps, stop: AbortSignal): Promise<FeedEnd> {
  const { feed, keepTrying } = run;
  const { topic, groupId, positions, boundsOf, startConsumer, part, failingLimitMs } = deps;
  const map = bound(feed);
  if (typeof map === 'string') return { kind: 'stopped', why: map };
  const mapRow = map;
  const share = createRejectShare(feed.maxRejectShare, { endless: true });
  /** As the position says, and as it will say once the batch's is written. */
  const [stored, handled] = [new Map<number, PartitionRecord>(), new Map<number, PartitionRecord>()];
  const readings = createTopicReadings(run, topic);
  const trouble = createFeedTrouble(part, () => run.books.state);
  const ended = Promise.withResolvers<FeedEnd>();
  function end(how: FeedEnd): void {
    trouble.close();
    ended.resolve(how);
  }
  const stopBecause = (error: unknown): void => {
    end({ kind: 'stopped', why: messageOf(error) });
  };
  const marks = startTopicMarks(run, { topic, positions, boundsOf, onFailed: stopBecause }, stop);

  async function handleBatch(batch: RecordBatch): Promise<void> {
    const { partition } = batch;
    handled.delete(partition);
    const reading = await readings.begin(partition, stored.get(partition) ?? { rejectsBytes: 0 });
    const line = createBatchLine<undefined>((rows) =>
      deliverBatch(run, rows, reading.sink, stop, (rejectsBytes) => {
        reading.rejectsBytes = rejectsBytes;
        return Promise.resolve();
      }),
    );
    try {
      await readRows(batch, reading, (rows) => line.submit(rows, undefined));
      await line.drain();
    } catch (error) {
      // What is on its way must not be written beside its own repetition.
      await line.drain().catch(() => undefined);
      await reading.sink.close();
      throw error;
    }
    handled.set(partition, recordOf(reading));
    await readings.keep(partition, reading);
  }

  async function readRows(
    { partition, records, heartbeat }: RecordBatch,
    { taker }: PartitionReading,
    submit: (rows: ReturnType<typeof emptyBatch>) => Promise<void>,
  ): Promise<void> {
    for (let from = 0; from < records.length; from += SLICE_ROWS) {
      const rows = emptyBatch();
      for (const { offset, value } of records.slice(from, from + SLICE_ROWS)) {
        const read = readRecord(feed.mapping.rows, value);
        const isTaken = taker.take(rows, read, mapRow, { offset: offset.toString() });
        if (!share.count(!isTaken)) continue;
        const why = `${topic}/${partition}: ${tooManyRejects(share, rows.rejects.at(-1))}`;
        await submit(rows);
        end({ kind: 'stopped', why });
        // The position stays before these records: with a mended mapping they are read again.
        throw new Error(why);
      }
      await submit(rows);
      await heartbeat();
      await setImmediate();
    }
  }

  const store: PositionStore = {
    async read(partition) {
      const position = await keepTrying('redis', () => positions.read(partition));
      trouble.isOver('positions');
      if (position === undefined) stored.delete(partition);
      else stored.set(partition, position.record);
      return { nextOffset: position?.nextOffset, serverLife: '' };
    },
    async write(partition, nextOffset) {
      const record = handled.get(partition) ?? stored.get(partition) ?? { rejectsBytes: 0 };
      handled.delete(partition);
      await keepTrying('redis', () => positions.advance(partition, nextOffset, record));
      marks.rowsRead();
      // What came of the records is in Kafka: no life of Redis can end with it.
      return true;
    },
    async boundsOf(partition) {
      const bounds = (await boundsOf(topic)).get(partition);
      if (bounds === undefined) throw new Error(`${topic} has no partition ${partition}`);
      return bounds;
    },
  };

  const consumer = startConsumer({
    topic,
    groupId,
    handleBatch,
    positions: store,
    ...createTopicFailures(run, { topic, trouble, failingLimitMs, stopBecause }),
  });
  const onStop = (): void => {
    end({ kind: 'aborted' });
  };
  stop.addEventListener('abort', onStop, { once: true });
  if (stop.aborted) onStop();
  const how = await ended.promise;
  stop.removeEventListener('abort', onStop);
  await consumer.stop();
  await marks.stop();
  await readings.close();
  return how;
}

/** The mapper for a topic's rows, or why there is none: its columns cannot come from a first line. */
function bound({ mapping }: FeedRun['feed']): MapRow | string {
  const { rows } = mapping;
  if (rows.format === 'csv' && rows.columns === undefined) return 'a topic has no line that names the columns';
  const result = mapping.bindHeader(rows.format === 'csv' ? (rows.columns ?? []) : []);
  return result.ok ? result.value : `the columns do not fit the mapping: ${result.mistakes.join('; ')}`;
}

function recordOf({ rejectsBytes, front }: PartitionReading): PartitionRecord {
  front.settle();
  const { frontMs, leaptMs } = front.saved();
  return {
    rejectsBytes,
    ...(frontMs === undefined ? {} : { maxEventMs: frontMs }),
    ...(leaptMs === undefined ? {} : { leaptMs: [...leaptMs] }),
  };
}
