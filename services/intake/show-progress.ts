import type { Logger } from '../platform/telemetry/logger.ts';
import { countOf } from './row-batch.ts';
import type { FeedBooks } from './feed-books.ts';

const LINE_EVERY_MS = 1_000;
const LOG_EVERY_MS = 10_000;

/** Where a feed stands, in figures. */
export function progressOf(books: FeedBooks, rowsBefore: number, seconds: number) {
  const { feed, state, current, rows } = books;
  const rowsPerSecond = seconds > 0 ? Math.round((rows - rowsBefore) / seconds) : 0;
  return {
    feed,
    state,
    ...(current === undefined ? {} : { file: current.name, ...shareOf(current) }),
    rows,
    rejected: countOf(books.rejectedBy),
    rowsPerSecond,
  };
}

function shareOf({ bytes, bytesRead }: NonNullable<FeedBooks['current']>): { percent?: number } {
  if (bytes === undefined || bytes === 0) return {};
  return { percent: Math.min(100, Math.round((bytesRead / bytes) * 1_000) / 10) };
}

/** Seconds until a file is read, by how fast its bytes have gone so far. */
export function estimateOf(bytesLeft: number, bytesPerSecond: number): number | undefined {
  return bytesPerSecond > 0 ? Math.ceil(bytesLeft / bytesPerSecond) : undefined;
}

/**
 * Shows how the feeds get on: a line that is kept up to date where a person looks on, else a log line now and then.
 *
 * @returns what ends it.
 */
export function showProgress(
  feeds: readonly FeedBooks[],
  to: { readonly terminal: NodeJS.WriteStream; readonly log: Pick<Logger, 'info'> },
): () => void {
  const { terminal, log } = to;
  const isWatched = terminal.isTTY;
  const everyMs = isWatched ? LINE_EVERY_MS : LOG_EVERY_MS;
  const before = new Map(feeds.map((books) => [books, { rows: books.rows, name: '', bytesRead: 0 }]));
  let atMs = performance.now();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const seconds = (nowMs - atMs) / 1_000;
    atMs = nowMs;
    const parts: string[] = [];
    for (const books of feeds) {
      const last = before.get(books);
      const { current } = books;
      const progress = progressOf(books, last?.rows ?? 0, seconds);
      const bytes = current === undefined || current.name !== last?.name ? 0 : current.bytesRead - last.bytesRead;
      const left = estimateOf((current?.bytes ?? 0) - (current?.bytesRead ?? 0), bytes / seconds);
      const secondsLeft = current?.bytes === undefined ? undefined : left;
      before.set(books, { rows: books.rows, name: current?.name ?? '', bytesRead: current?.bytesRead ?? 0 });
      if (isWatched) parts.push(toText(progress, secondsLeft));
      else if (progress.rowsPerSecond > 0 || current !== undefined) {
        log.info({ ...progress, ...(secondsLeft === undefined ? {} : { secondsLeft }) }, 'progress');
      }
    }
    if (isWatched) terminal.write(`\r\x1b[2K${parts.join('   ').slice(0, terminal.columns - 1)}`);
  }, everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    if (isWatched) terminal.write('\r\x1b[2K');
  };
}

function toText(progress: ReturnType<typeof progressOf>, secondsLeft: number | undefined): string {
  const { feed, state, percent, rows, rowsPerSecond, rejected } = progress;
  if (state !== 'reading') return `${feed}: ${state}, ${rows.toLocaleString('en')} rows`;
  const share = percent === undefined ? '' : ` ${percent.toFixed(0)} %`;
  const left = secondsLeft === undefined ? '' : `, about ${secondsLeft} s left`;
  const bad = rejected === 0 ? '' : `, ${rejected.toLocaleString('en')} rejected`;
  return `${feed}:${share} ${rowsPerSecond.toLocaleString('en')} rows/s${bad}${left}`;
}
