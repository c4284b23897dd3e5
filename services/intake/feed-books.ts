import { addTo } from './row-batch.ts';
import type { RowBatch } from './row-batch.ts';

export const FEED_STATES = ['starting', 'standby', 'reading', 'waiting', 'ended', 'stopped'] as const;
/** standby: another instance reads the feed. waiting: everything there is has been read. stopped: see the reason. */
export type FeedState = (typeof FEED_STATES)[number];

/** What one run has done for a feed. Rows count when the broker holds what they became. */
export interface FeedBooks {
  readonly feed: string;
  state: FeedState;
  /** Why the feed stopped. */
  stoppedBecause: string | undefined;
  rows: number;
  /** Events; repetitions after a resend are not counted twice. */
  sent: number;
  /** Rows that were marks. */
  marks: number;
  readonly skippedBy: Map<string, number>;
  readonly rejectedBy: Map<string, number>;
  /** Files read to their end. */
  files: number;
  /** Files whose content had been imported before. */
  alreadyImported: number;
  /** Files whose name does not say the time that the feed expects there. */
  namesWithoutTime: number;
  completeThroughMs: number | undefined;
  /** The file that is being read. */
  current: { readonly name: string; readonly bytes: number | undefined; bytesRead: number } | undefined;
  readonly startedAtMs: number;
  endedAtMs: number | undefined;
}

export function openBooks(feed: string, startedAtMs: number): FeedBooks {
  return {
    feed,
    state: 'starting',
    stoppedBecause: undefined,
    rows: 0,
    sent: 0,
    marks: 0,
    skippedBy: new Map(),
    rejectedBy: new Map(),
    files: 0,
    alreadyImported: 0,
    namesWithoutTime: 0,
    completeThroughMs: undefined,
    current: undefined,
    startedAtMs,
    endedAtMs: undefined,
  };
}

/** Enters a batch that the broker holds. */
export function enterBatch(books: FeedBooks, batch: RowBatch): void {
  books.rows += batch.rows;
  books.sent += batch.sent;
  books.marks += batch.marks;
  for (const [reason, count] of batch.skippedBy) addTo(books.skippedBy, reason, count);
  for (const [reason, count] of batch.rejectedBy) addTo(books.rejectedBy, reason, count);
  if (batch.markMs !== undefined) books.completeThroughMs = Math.max(books.completeThroughMs ?? 0, batch.markMs);
}

/** The books in figures, as they are told at the end. */
export function toSummary(books: FeedBooks, nowMs: number) {
  const seconds = ((books.endedAtMs ?? nowMs) - books.startedAtMs) / 1_000;
  return {
    feed: books.feed,
    state: books.state,
    ...(books.stoppedBecause === undefined ? {} : { stoppedBecause: books.stoppedBecause }),
    rows: books.rows,
    sent: books.sent,
    marks: books.marks,
    skipped: Object.fromEntries(books.skippedBy),
    rejected: Object.fromEntries(books.rejectedBy),
    files: books.files,
    alreadyImported: books.alreadyImported,
    ...(books.namesWithoutTime > 0 ? { namesWithoutTime: books.namesWithoutTime } : {}),
    completeThrough: books.completeThroughMs === undefined ? null : new Date(books.completeThroughMs).toISOString(),
    seconds: Math.round(seconds * 1_000) / 1_000,
    rowsPerSecond: seconds > 0 ? Math.round(books.rows / seconds) : 0,
  };
}
export type FeedSummary = ReturnType<typeof toSummary>;
