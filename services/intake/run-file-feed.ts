import { basename } from 'node:path';
import { stat } from 'node:fs/promises';
import { deliverBatch } from './feed-run.ts';
import type { FeedEnd, FeedRun } from './feed-run.ts';
import { importFile, LeaseLostError } from './import-file.ts';
import type { FileSession, ImportEnd } from './import-file.ts';
import { StoppedError } from './keep-trying.ts';
import { createKnownFiles } from './known-files.ts';
import { openSourceFile } from './open-source-file.ts';
import type { SourceFile } from './open-source-file.ts';
import type { FeedLease } from './positions/feed-lease.ts';
import type { FilePositions } from './positions/file-positions.ts';
import { createProgressTracker } from './progress/progress-tracker.ts';
import type { SavedProgress } from './progress/progress-tracker.ts';
import { keyOfMark, toValidMark } from './progress/progress-mark.ts';
import { quietThrough } from './progress/topic-progress.ts';
import { createTopicSink } from './rejects/reject-sink.ts';
import { emptyBatch } from './row-batch.ts';
import { createFolderQueue } from './sources/folder-queue.ts';
import { listFolder } from './sources/list-folder.ts';
import type { ListedFile } from './sources/list-folder.ts';

const LOOK_EVERY_MS = 1_000;
const ASK_FOR_LEASE_EVERY_MS = 1_000;
const DEFAULT_SETTLE_SECONDS = 5;

/** What a folder or a single file looks like now. */
export interface FileSource {
  look(): Promise<readonly ListedFile[]>;
  /** Goes on with what comes later. */
  readonly watch: boolean;
  /** A file is complete when it has not changed for so long. */
  readonly settleMs: number;
}

/** @throws on a source of another kind. */
export function toFileSource(source: FeedRun['feed']['source']): FileSource {
  if (source.type === 'folder') {
    const { path, pattern = '*', watch = false, settleSeconds = DEFAULT_SETTLE_SECONDS } = source;
    return { look: () => listFolder(path, pattern), watch, settleMs: watch ? settleSeconds * 1_000 : 0 };
  }
  if (source.type !== 'file') throw new TypeError(`a ${source.type} is not read as files`);
  const { path } = source;
  return {
    watch: false,
    settleMs: 0,
    async look() {
      const { size, mtimeMs } = await stat(path);
      return [{ name: basename(path), path, size, modifiedMs: mtimeMs }];
    },
  };
}

/**
 * Reads a file, or the files of a folder in the order of their names, while no other instance does. Ends when all are
 * read, or goes on with what comes.
 */
export async function runFileFeed(
  run: FeedRun,
  source: FileSource,
  deps: { readonly lease: FeedLease; readonly positions: FilePositions },
  stop: AbortSignal,
): Promise<FeedEnd> {
  const { feed, keepTrying, log, clock } = run;
  const { lease, positions } = deps;
  while (!stop.aborted) {
    const held = await keepTrying('redis', () => lease.tryAcquire());
    if (held === undefined) {
      if (run.books.state !== 'standby') log.info({ feed: feed.name }, 'another instance reads the feed: standing by');
      run.setState('standby');
      await clock.sleep(ASK_FOR_LEASE_EVERY_MS, stop);
      continue;
    }
    const signal = AbortSignal.any([stop, held.lost]);
    try {
      run.setState('reading');
      const progress = await keepTrying('redis', () => positions.readProgress());
      run.books.completeThroughMs = progress.markMs;
      const tracker = createProgressTracker(feed.progress, progress);
      const end = await readFiles({ run, positions, lease: held, tracker, signal }, source);
      if (end.kind !== 'aborted') return end;
    } catch (error) {
      if (error instanceof StoppedError) return { kind: 'aborted' };
      if (!(error instanceof LeaseLostError)) throw error;
    } finally {
      // Where Redis is out of reach the lease runs out by itself.
      await held.release().catch(() => undefined);
    }
    if (held.lost.aborted) log.warn({ feed: feed.name }, 'the feed has gone to another instance');
  }
  return { kind: 'aborted' };
}

async function readFiles(begun: FileSession, source: FileSource): Promise<FeedEnd> {
  let session = begun;
  const { run, positions, signal } = session;
  const { feed, keepTrying, log, clock } = run;
  const known = createKnownFiles(positions, keepTrying);
  const queue = createFolderQueue((file) => known.isRead(file), source.settleMs);
  let damaged: ListedFile | undefined;
  let missing = false;
  let hasLooked = false;
  let atEndSinceMs: number | undefined;

  while (!signal.aborted) {
    let files: readonly ListedFile[];
    try {
      files = await source.look();
      if (missing) log.info({ feed: feed.name }, 'the source is back');
      missing = false;
    } catch (error) {
      if (!source.watch) return { kind: 'stopped', why: `the source cannot be read: ${String(error)}` };
      if (!missing) log.warn({ feed: feed.name, error: String(error) }, 'the source cannot be read: looking again');
      missing = true;
      atEndSinceMs = undefined;
      run.setState('waiting');
      await clock.sleep(LOOK_EVERY_MS, signal);
      continue;
    }
    await known.learn(files, clock.nowMs());
    if (!hasLooked) noteKnown(run, files.filter((file) => known.isRead(file)).length);
    hasLooked = true;
    const step = queue.next(files, clock.nowMs());
    if (step.kind === 'all-read') {
      if (!source.watch) return await endOf(session);
      run.setState('waiting');
      const nowMs = clock.nowMs();
      atEndSinceMs ??= nowMs;
      await flushProgress(session, quietThrough(feed.progress, atEndSinceMs, nowMs, feed.quietAfterMs));
      await clock.sleep(LOOK_EVERY_MS, signal);
      continue;
    }
    atEndSinceMs = undefined;
    if (step.kind === 'unsettled' || isSame(damaged, step.file)) {
      await clock.sleep(LOOK_EVERY_MS, signal);
      continue;
    }
    run.setState('reading');
    const { file } = step;
    const opened = await openIfThere(file.path, signal);
    if (opened === undefined) continue;
    let end: ImportEnd;
    try {
      if (known.hasGrown(file)) log.warn({ feed: feed.name, file: file.name }, GROWN);
      end = await importFile(session, file, opened);
    } finally {
      await opened.close();
    }
    if (end.kind === 'aborted' || end.kind === 'stopped') return end;
    if (end.kind === 'damaged') {
      run.metrics.fileDone(feed.name, 'damaged');
      const why = `${file.name} is not whole: ${end.why}`;
      if (!source.watch) return { kind: 'stopped', why };
      damaged = file;
      log.error({ feed: feed.name, file: file.name, why: end.why }, 'file is not whole: the feed waits until it is');
      run.setState('waiting');
      // What the tracker heard of rows that were not sent must not be told.
      const progress = await keepTrying('redis', () => positions.readProgress());
      session = { ...session, tracker: createProgressTracker(feed.progress, progress) };
      continue;
    }
    damaged = undefined;
    noteEnd(run, file, end);
    queue.read(file);
    await known.note(file.path, opened);
  }
  return { kind: 'aborted' };
}

const GROWN =
  'a file that was read before is larger now: all of it is sent again; files are to be complete when they come';

/** Undefined for a file that has gone since it was listed, or when told to stop. */
async function openIfThere(path: string, signal: AbortSignal): Promise<SourceFile | undefined> {
  try {
    return await openSourceFile(path, signal);
  } catch (error) {
    if (signal.aborted || isAbsent(error)) return undefined;
    throw error;
  }
}

/** Files that stand as they did when they were read, at the first look. */
function noteKnown({ feed, books, log }: FeedRun, files: number): void {
  if (files === 0) return;
  books.alreadyImported += files;
  log.info({ feed: feed.name, files }, 'files were imported before and have not changed since: skipped');
}

function noteEnd({ feed, books, metrics, log }: FeedRun, file: ListedFile, end: ImportEnd): void {
  if (end.kind === 'already-imported') {
    books.alreadyImported += 1;
    metrics.fileDone(feed.name, 'already_imported');
    log.info(
      { feed: feed.name, file: file.name, importedAs: end.name },
      'file holds what was imported before: skipped',
    );
    return;
  }
  books.files += 1;
  metrics.fileDone(feed.name, 'imported');
  if (feed.fileTimeOf !== undefined && feed.fileTimeOf(file.name) === undefined) {
    books.namesWithoutTime += 1;
    metrics.nameWithoutTime(feed.name);
    log.warn({ feed: feed.name, file: file.name }, 'no time in the name of the file: its newest row counts instead');
  }
  log.info({ feed: feed.name, file: file.name }, 'file is imported');
}

/** Marks what is known but has not moved a step, and what quiet tells. */
async function flushProgress(session: FileSession, quietThroughMs: number | undefined): Promise<void> {
  const { tracker } = session;
  const byRows = tracker.flush();
  const byQuiet = quietThroughMs === undefined ? undefined : tracker.raise(quietThroughMs);
  const completeThroughMs = byQuiet ?? byRows;
  if (completeThroughMs !== undefined) await writeMark(session, completeThroughMs, tracker.saved());
}

async function endOf(session: FileSession): Promise<FeedEnd> {
  await flushProgress(session, undefined);
  return { kind: 'ended' };
}

async function writeMark(session: FileSession, completeThroughMs: number, progress: SavedProgress): Promise<void> {
  const { run, positions, lease, signal } = session;
  const { feed, encode, partitions, topic } = run;
  const mark = toValidMark(feed.name, completeThroughMs, run.clock.nowMs());
  if (mark === undefined) return;
  const batch = emptyBatch();
  const [key, value] = [keyOfMark(mark), encode(mark)];
  for (let partition = 0; partition < partitions; partition++) batch.records.push({ topic, partition, key, value });
  batch.markMs = completeThroughMs;
  await deliverBatch(run, batch, createTopicSink(''), signal, async () => {
    const result = await run.keepTrying('redis', () => positions.writeProgress(lease.token, progress));
    if (result === 'not-owner') throw new LeaseLostError(`${feed.name}: another instance reads it now`);
  });
}

function isSame(a: ListedFile | undefined, b: ListedFile): boolean {
  return a?.path === b.path && a.size === b.size && a.modifiedMs === b.modifiedMs;
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
