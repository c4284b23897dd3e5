import { createBatchLine } from './batch-line.ts';
import { deliverBatch } from './feed-run.ts';
import type { FeedEnd, FeedRun } from './feed-run.ts';
import type { SourceFile } from './open-source-file.ts';
import type { HeldLease } from './positions/feed-lease.ts';
import type { FilePosition, FilePositions } from './positions/file-positions.ts';
import { isCredibleEnd } from './progress/file-name-time.ts';
import type { ProgressTracker, SavedProgress } from './progress/progress-tracker.ts';
import { readIntoBatches, tooManyRejects } from './read-into-batches.ts';
import { createRejectShare } from './rejects/reject-share.ts';
import type { RejectShare } from './rejects/reject-share.ts';
import { createTopicSink, openFileSink } from './rejects/reject-sink.ts';
import type { RejectSink } from './rejects/reject-sink.ts';
import { countOf } from './row-batch.ts';
import type { RowBatch } from './row-batch.ts';
import { readRows } from './sources/read-rows.ts';
import { TruncatedSourceError } from './sources/read-text.ts';
import { fromFirstRow, startOf } from './start-position.ts';
import { createRowTaker } from './take-row.ts';

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

/** Thrown by what is under way when the rows are no longer those of the digest. */
class ChangedSourceError extends Error {
  override readonly name = 'ChangedSourceError';
}

/**
 * Reads one file from where its content was left off. At least once: what was under way when a process ended comes
 * again, with the same ids.
 *
 * @param file its name is told in rejects.
 * @param source stays open.
 */
export async function importFile(
  session: FileSession,
  file: { readonly name: string; readonly path: string },
  source: SourceFile,
): Promise<ImportEnd> {
  const { run, positions } = session;
  const { feed, books, keepTrying, log, clock } = run;
  const { digest } = source;
  const stored = await keepTrying('redis', () => positions.readFile(digest));
  if (stored?.done === true) return { kind: 'already-imported', name: stored.name };

  if (source.damage !== undefined) return { kind: 'damaged', why: source.damage };
  const endMs = feed.fileTimeOf?.(file.name);
  if (endMs !== undefined && !isCredibleEnd(endMs, clock.nowMs())) {
    const why = `${file.name}: its name says that it is complete through ${toText(endMs)}, which cannot be`;
    return { kind: 'stopped', why };
  }
  const start = await startOf(run, positions, { ...file, digest }, stored);
  if (start.kind === 'stopped') return start;
  const { position } = start;
  const share = createRejectShare(feed.maxRejectShare, { start: position });
  if (share.isAbove()) return { kind: 'stopped', why: `${file.name}: ${tooManyRejects(share, undefined)}` };
  if (position.rows > 0)
    log.info({ feed: feed.name, file: file.name, rowsDone: position.rows }, 'file is gone on with');

  const current = { name: file.name, bytes: source.size, bytesRead: 0 };
  const reading: Reading = { session, name: file.name, source, endMs, share, start: position, current };
  let sink: RejectSink | undefined;
  try {
    sink =
      feed.rejectTopic === undefined
        ? await openFileSink(position.rejectsFile, position.rejectsBytes)
        : createTopicSink(feed.rejectTopic);
    books.current = current;
    return await readRest(reading, sink);
  } catch (error) {
    if (!(error instanceof ChangedSourceError)) throw error;
    // Rows of other content may have been counted under this digest: it begins anew when it comes again.
    const progress = await keepTrying('redis', () => positions.readProgress());
    await keep(session, digest, fromFirstRow(feed, file.name, position.rejectsFile), progress);
    return { kind: 'damaged', why: 'it changed while it was read' };
  } finally {
    books.current = undefined;
    await sink?.close();
  }
}

interface Reading {
  readonly session: FileSession;
  readonly name: string;
  readonly source: SourceFile;
  /** Time that the file's name says. */
  readonly endMs: number | undefined;
  readonly share: RejectShare;
  readonly start: FilePosition;
  readonly current: { bytesRead: number };
}

async function readRest(reading: Reading, sink: RejectSink): Promise<ImportEnd> {
  const { session, name, source, endMs, share, start, current } = reading;
  const { run, tracker, signal } = session;
  const { feed, clock } = run;
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
      if (await source.hasChanged()) throw new ChangedSourceError(name);
      await keep(session, source.digest, { ...position, rejectsBytes }, progress);
    }),
  );
  const taker = createRowTaker({
    ...run,
    feed: feed.name,
    source: name,
    now: () => clock.nowMs(),
    tracker,
    statesProgress: feed.progress.mode === 'stated',
  });
  const rows = readRows(source.read(), feed.mapping.rows, (bytes) => {
    current.bytesRead += bytes;
  });
  try {
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
    // Before the mark: it must not speak of rows that are gone.
    if (await source.hasChanged()) throw new ChangedSourceError(name);
    const stop = end.kind === 'stopped' ? end.why : share.isAboveAtEnd() ? tooManyRejects(share, undefined) : undefined;
    // What has come by now is not complete through tonight.
    const throughMs = endMs === undefined ? undefined : Math.min(endMs, clock.nowMs());
    if (stop === undefined) taker.mark(end.rest, tracker.endFile(throughMs));
    await line.submit(end.rest, after(end.rest, stop === undefined));
    await line.drain();
    return stop === undefined ? { kind: 'ended' } : { kind: 'stopped', why: `${name}: ${stop}` };
  } catch (error) {
    if (!(error instanceof TruncatedSourceError)) throw error;
    await line.drain();
    return { kind: 'damaged', why: error.message };
  }
}

interface Delivery {
  readonly position: FilePosition;
  readonly progress: SavedProgress;
}

async function keep(
  { run, positions, lease }: FileSession,
  digest: string,
  position: FilePosition,
  progress: SavedProgress,
): Promise<void> {
  const kept = { ...position, keptAtMs: run.clock.nowMs() };
  const result = await run.keepTrying('redis', () => positions.writeFile(lease.token, digest, kept, progress));
  if (result === 'not-owner') throw new LeaseLostError(`${run.feed.name}: another instance reads it now`);
}

/** Of whatever a name can say; there are instants that no date can tell. */
function toText(instantMs: number): string {
  const date = new Date(instantMs);
  return Number.isNaN(date.getTime()) ? 'a time out of range' : date.toISOString();
}
