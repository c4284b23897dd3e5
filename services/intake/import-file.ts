import { open } from 'node:fs/promises';
import { createBatchLine } from './batch-line.ts';
import { deliverBatch } from './feed-run.ts';
import type { FeedEnd, FeedRun } from './feed-run.ts';
import type { HeldLease } from './positions/feed-lease.ts';
import type { FilePosition, FilePositions } from './positions/file-positions.ts';
import type { ProgressTracker, SavedProgress } from './progress/progress-tracker.ts';
import { readIntoBatches, tooManyRejects } from './read-into-batches.ts';
import { createRejectShare } from './rejects/reject-share.ts';
import { createTopicSink, openFileSink, rejectFileOf } from './rejects/reject-sink.ts';
import { countOf } from './row-batch.ts';
import type { RowBatch } from './row-batch.ts';
import type { FileContent } from './sources/file-digest.ts';
import { createRowParser } from './sources/create-row-parser.ts';
import { readRows } from './sources/read-rows.ts';
import { TruncatedSourceError } from './sources/read-text.ts';
import { createRowTaker } from './take-row.ts';

const READ_BYTES = 131_072;

export interface FileSession {
  readonly run: FeedRun;
  readonly positions: FilePositions;
  readonly lease: HeldLease;
  readonly tracker: ProgressTracker;
  /** Aborted at the process's end, or when the lease is lost. */
  readonly signal: AbortSignal;
}

export type ImportEnd =
  | FeedEnd
  | { readonly kind: 'already-imported'; readonly name: string }
  /** Cut off, damaged or changed while it was read: what came of it is in the log, but it does not count as done. */
  | { readonly kind: 'damaged'; readonly why: string };

/** Thrown by what is under way when another instance has taken the feed over. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/**
 * Reads one file from where its content was left off. At least once: what was under way when a process ended comes
 * again, with the same ids.
 *
 * @param name as told in rejects.
 */
export async function importFile(
  session: FileSession,
  file: { readonly name: string; readonly path: string },
  content: FileContent,
): Promise<ImportEnd> {
  const { run, positions, lease, tracker, signal } = session;
  const { feed, books, keepTrying, log } = run;
  const { digest } = content;
  const stored = await keepTrying('redis', () => positions.readFile(digest));
  if (stored?.done === true) return { kind: 'already-imported', name: stored.name };

  const start = stored?.mappingId === feed.mappingId ? stored : await freshPosition(session, file, content, stored);
  if (start.rows > 0) log.info({ feed: feed.name, file: file.name, rowsDone: start.rows }, 'file is gone on with');
  const sink =
    feed.rejectTopic === undefined
      ? await openFileSink(start.rejectsFile, start.rejectsBytes)
      : createTopicSink(feed.rejectTopic);
  let reached = start;
  function after(batch: RowBatch, done: boolean): Delivery {
    reached = {
      ...reached,
      rows: reached.rows + batch.rows,
      sent: reached.sent + batch.sent,
      skipped: reached.skipped + countOf(batch.skippedBy),
      rejected: reached.rejected + batch.rejects.length,
      done,
    };
    return { position: reached, progress: tracker.saved() };
  }
  const line = createBatchLine<Delivery>((batch, { position, progress }) =>
    deliverBatch(run, batch, sink, signal, async (rejectsBytes) => {
      const kept = { ...position, rejectsBytes };
      const result = await keepTrying('redis', () => positions.writeFile(lease.token, digest, kept, progress));
      if (result === 'not-owner') throw new LeaseLostError(`${feed.name}: another instance reads it now`);
    }),
  );

  const share = createRejectShare(feed.maxRejectShare, { start });
  const taker = createRowTaker({
    ...run,
    feed: feed.name,
    source: file.name,
    now: () => run.clock.nowMs(),
    tracker,
    statesProgress: feed.progress.mode === 'stated',
  });
  const current = { name: file.name, bytes: content.size, bytesRead: 0 };
  books.current = current;
  const handle = await open(file.path);
  try {
    const stream = handle.createReadStream({ autoClose: false, highWaterMark: READ_BYTES });
    const rows = readRows(stream, createRowParser(feed.mapping.rows), (bytes) => {
      current.bytesRead += bytes;
    });
    const end = await readIntoBatches({
      rows,
      mapping: feed.mapping,
      taker,
      share,
      skipRows: start.rows,
      batchRows: run.batchRows,
      signal,
      onBatch: (batch) => line.submit(batch, after(batch, false)),
    });
    if (end.kind === 'aborted') {
      await line.drain();
      return end;
    }
    const { size, mtimeMs } = await handle.stat();
    const hasChanged = size !== content.size || mtimeMs !== content.modifiedMs;
    const isWhole = end.kind === 'end' && !hasChanged;
    const stop = end.kind === 'stopped' ? end.why : share.isAboveAtEnd() ? tooManyRejects(share, undefined) : undefined;
    const isDone = isWhole && stop === undefined;
    if (isDone) taker.mark(end.rest, tracker.endFile(feed.fileTimeOf(file.name)));
    await line.submit(end.rest, after(end.rest, isDone));
    await line.drain();
    if (stop !== undefined) return { kind: 'stopped', why: `${file.name}: ${stop}` };
    return hasChanged ? { kind: 'damaged', why: 'it changed while it was read' } : { kind: 'ended' };
  } catch (error) {
    if (!(error instanceof TruncatedSourceError)) throw error;
    await line.drain();
    return { kind: 'damaged', why: error.message };
  } finally {
    books.current = undefined;
    await handle.close();
    await sink.close();
  }
}

interface Delivery {
  readonly position: FilePosition;
  readonly progress: SavedProgress;
}

/** Rows from the first on. Rejects of another content under the same name stay where they are. */
async function freshPosition(
  { run, positions }: FileSession,
  file: { readonly name: string; readonly path: string },
  { digest }: FileContent,
  stored: FilePosition | undefined,
): Promise<FilePosition> {
  const { feed, rejectsDirectory, keepTrying } = run;
  const known = (await keepTrying('redis', () => positions.readKnownFiles())).get(file.path);
  const isOther = known !== undefined && known.digest !== digest;
  const path = rejectFileOf(rejectsDirectory, feed.name, file.name, isOther ? digest.slice(0, 8) : '');
  return {
    name: file.name,
    mappingId: feed.mappingId,
    rows: 0,
    sent: 0,
    skipped: 0,
    rejected: 0,
    rejectsFile: stored?.rejectsFile ?? path,
    rejectsBytes: 0,
    done: false,
  };
}
