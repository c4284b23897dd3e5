import type { LogRecord } from '../core/events/subscriber-event.ts';
import type { OutgoingRecord } from '../platform/kafka/record.ts';
import type { Logger } from '../platform/telemetry/logger.ts';
import type { FeedBooks, FeedState } from './feed-books.ts';
import { enterBatch } from './feed-books.ts';
import type { IntakeFeed } from './intake-feed.ts';
import type { IntakeMetrics } from './intake-metrics.ts';
import type { KeepTrying } from './keep-trying.ts';
import { createPace } from './pace.ts';
import type { Clock, Pace } from './pace.ts';
import { BATCH_ROWS } from './read-into-batches.ts';
import type { RejectSink } from './rejects/reject-sink.ts';
import type { RowBatch } from './row-batch.ts';

/** What all feeds of a process share. */
export interface IntakeOutput {
  /** Input topic. */
  readonly topic: string;
  readonly partitions: number;
  /** Resolves when the broker holds all records, those of one partition in the given order. */
  readonly send: (records: readonly OutgoingRecord[]) => Promise<void>;
  readonly encode: (record: LogRecord) => Uint8Array;
  readonly rejectsDirectory: string;
  readonly keepTrying: KeepTrying;
  readonly metrics: IntakeMetrics;
  readonly log: Logger;
  readonly clock: Clock;
  /** Told of each change, and why a feed has stopped. */
  readonly showState: (feed: string, state: FeedState, stoppedBecause: string | undefined) => void;
}

/** One feed while it is being read. */
export interface FeedRun extends IntakeOutput {
  readonly feed: IntakeFeed;
  readonly books: FeedBooks;
  readonly pace: Pace;
  readonly batchRows: number;
  setState(state: FeedState): void;
}

/** How the reading of a feed ends. */
export type FeedEnd =
  | { readonly kind: 'ended' }
  /** Somebody has to look at it. */
  | { readonly kind: 'stopped'; readonly why: string }
  /** The process is told to stop, or another instance reads on. */
  | { readonly kind: 'aborted' };

export function createFeedRun(feed: IntakeFeed, books: FeedBooks, output: IntakeOutput): FeedRun {
  const { rowsPerSecond } = feed;
  // With a limit, a few batches per second, so that rows flow rather than burst.
  const batchRows =
    rowsPerSecond === undefined ? BATCH_ROWS : Math.max(1, Math.min(BATCH_ROWS, Math.floor(rowsPerSecond / 4)));
  return {
    ...output,
    feed,
    books,
    batchRows,
    pace: createPace(rowsPerSecond, output.clock),
    setState(state) {
      if (books.state === state) return;
      books.state = state;
      output.metrics.stateIs(feed.name, state);
      output.showState(feed.name, state, books.stoppedBecause);
    },
  };
}

/**
 * Brings a batch to the broker and keeps its position, in this order: rejects, records, position. Cut anywhere, the
 * batch comes again: records with the ids they had, rejects in place of those that the position does not speak of.
 *
 * @param keepPosition told the length of the rejects file.
 */
export async function deliverBatch(
  run: FeedRun,
  batch: RowBatch,
  sink: RejectSink,
  signal: AbortSignal,
  keepPosition: (rejectsBytes: number) => Promise<void>,
): Promise<void> {
  const { feed, books, pace, keepTrying, send, metrics, clock } = run;
  await pace(batch.rows, signal);
  const fromMs = clock.nowMs();
  const rejectsBytes = await sink.keep(batch.rejects);
  const records = [...batch.records, ...sink.toRecords(batch.rejects)];
  if (records.length > 0) await keepTrying('kafka', () => send(records));
  await keepPosition(rejectsBytes);
  enterBatch(books, batch);
  metrics.delivered(feed.name, batch, (clock.nowMs() - fromMs) / 1_000);
}
