import { setTimeout as delay } from 'node:timers/promises';
import { parsePartitionRecord } from '../../services/core/partition/partition-record.ts';
import type { PartitionCounts } from '../../services/core/partition/partition-record.ts';
import type { OffsetReader } from '../../services/platform/kafka/offsets.ts';
import type { PartitionStore } from '../../services/platform/redis/partition-store.ts';

const POLL_MS = 500;
/** No progress for this long after the feed has ended means that something hangs. */
const STUCK_AFTER_MS = 120_000;

/** What the scorers did with the log, all partitions together. */
export type ScorerBooks = Pick<PartitionCounts, 'folded' | 'duplicates' | 'late' | 'parked' | 'subscribers' | 'scored'>;

interface Standing {
  readonly books: ScorerBooks;
  /** Records of the log that are not committed yet. */
  readonly lag: number;
  /** Partitions with scores or alerts that are not published yet. */
  readonly waiting: number;
  readonly watermarkMs: number | undefined;
}

/**
 * Waits until the feed has ended and the scorers have committed and published all of it.
 *
 * @throws if nothing moves any more before that, or the signal is aborted.
 */
export async function waitUntilSettled(options: {
  readonly store: PartitionStore;
  readonly offsets: OffsetReader;
  readonly topic: string;
  readonly partitions: number;
  readonly feedHasEnded: () => boolean;
  readonly detail: (text: string) => void;
  readonly signal: AbortSignal;
}): Promise<ScorerBooks> {
  const { feedHasEnded, detail, signal } = options;
  let [before, movedAtMs] = ['', performance.now()];
  for (;;) {
    await delay(POLL_MS, undefined, { signal });
    // Asked first: what the feed wrote last must be in the lag that is read after it.
    const hasEnded = feedHasEnded();
    const { books, lag, waiting, watermarkMs } = await readStanding(options);
    if (hasEnded && lag === 0 && waiting === 0) return books;
    const standing = `${books.folded} ${books.scored} ${lag} ${waiting}`;
    const nowMs = performance.now();
    if (standing !== before) [before, movedAtMs] = [standing, nowMs];
    const day = watermarkMs === undefined ? 'not known yet' : new Date(watermarkMs).toISOString().slice(0, 10);
    detail(`${books.folded} events folded, event time ${day}, ${lag} to go`);
    if (hasEnded && nowMs - movedAtMs > STUCK_AFTER_MS) throw new Error(`nothing moves any more: ${lag} records to go`);
  }
}

async function readStanding(options: {
  readonly store: PartitionStore;
  readonly offsets: OffsetReader;
  readonly topic: string;
  readonly partitions: number;
}): Promise<Standing> {
  const { store, offsets, topic, partitions } = options;
  const bounds = await offsets.allBoundsOf(topic);
  const books = { folded: 0, duplicates: 0, late: 0, parked: 0, subscribers: 0, scored: 0 };
  const watermarks: number[] = [];
  let [lag, waiting] = [0, 0];
  for (let partition = 0; partition < partitions; partition++) {
    const { nextOffset, record } = await store.readPosition(partition);
    const { lowOffset = 0n, endOffset = 0n } = bounds.get(partition) ?? {};
    lag += Number(endOffset - (nextOffset ?? lowOffset));
    waiting += (await store.readOutbox(partition, 1)).length;
    if (record === undefined) continue;
    const { counts, time } = parsePartitionRecord(record);
    books.folded += counts.folded;
    books.duplicates += counts.duplicates;
    books.late += counts.late;
    books.parked += counts.parked;
    books.subscribers += counts.subscribers;
    books.scored += counts.scored;
    if (time.watermarkMs !== undefined) watermarks.push(time.watermarkMs);
  }
  return { books, lag, waiting, watermarkMs: watermarks.length === 0 ? undefined : Math.min(...watermarks) };
}
