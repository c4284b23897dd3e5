import type { Readable } from 'node:stream';
import { createBatchLine } from './batch-line.ts';
import { deliverBatch } from './feed-run.ts';
import type { FeedEnd, FeedRun } from './feed-run.ts';
import { StoppedError } from './keep-trying.ts';
import { createProgressTracker } from './progress/progress-tracker.ts';
import { readIntoBatches, tooManyRejects } from './read-into-batches.ts';
import { createRejectShare } from './rejects/reject-share.ts';
import { createTopicSink, openFileSink, rejectFileOf } from './rejects/reject-sink.ts';
import type { RowBatch } from './row-batch.ts';
import { readRows } from './sources/read-rows.ts';
import { TruncatedSourceError } from './sources/read-text.ts';
import { createRowTaker } from './take-row.ts';

const SOURCE_NAME = 'stdin';

/**
 * Reads a stream to its end. Nothing is kept of where it stands, for it cannot be read again: who pipes the same rows
 * in once more sends the same ids once more. The rejects file begins anew with each run.
 */
export async function runStdinFeed(run: FeedRun, input: Readable, stop: AbortSignal): Promise<FeedEnd> {
  const { feed, books, rejectsDirectory } = run;
  const sink =
    feed.rejectTopic === undefined
      ? await openFileSink(rejectFileOf(rejectsDirectory, feed.name, SOURCE_NAME), 0)
      : createTopicSink(feed.rejectTopic);
  const tracker = createProgressTracker(feed.progress);
  const share = createRejectShare(feed.maxRejectShare, { endless: true });
  const taker = createRowTaker({
    ...run,
    feed: feed.name,
    source: SOURCE_NAME,
    now: () => run.clock.nowMs(),
    tracker,
    statesProgress: feed.progress.mode === 'stated',
  });
  const line = createBatchLine<undefined>((batch) => deliverBatch(run, batch, sink, stop, () => Promise.resolve()));
  const submit = (batch: RowBatch): Promise<void> => line.submit(batch, undefined);
  const current = { name: SOURCE_NAME, bytes: undefined, bytesRead: 0 };
  const onStop = (): void => {
    input.destroy();
  };
  stop.addEventListener('abort', onStop, { once: true });
  books.current = current;
  run.setState('reading');
  try {
    const rows = readRows(input, feed.mapping.rows, (bytes) => {
      current.bytesRead += bytes;
    });
    const end = await readIntoBatches({
      rows,
      mapping: feed.mapping,
      taker,
      share,
      skipRows: 0,
      batchRows: run.batchRows,
      signal: stop,
      onBatch: submit,
    });
    if (end.kind === 'aborted') {
      await line.drain();
      return end;
    }
    const isAbove = end.kind === 'end' && share.isAboveAtEnd();
    const why = end.kind === 'stopped' ? end.why : isAbove ? tooManyRejects(share, undefined) : undefined;
    if (why === undefined) taker.mark(end.rest, tracker.endFile());
    await submit(end.rest);
    await line.drain();
    return why === undefined ? { kind: 'ended' } : { kind: 'stopped', why };
  } catch (error) {
    if (error instanceof StoppedError || stop.aborted) return { kind: 'aborted' };
    if (!(error instanceof TruncatedSourceError)) throw error;
    await line.drain();
    return { kind: 'stopped', why: error.message };
  } finally {
    stop.removeEventListener('abort', onStop);
    books.current = undefined;
    await sink.close();
  }
}
