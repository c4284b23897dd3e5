import { isPartitionMark } from '../../core/events/subscriber-event.ts';
import type { LogRecord, SubscriberEvent } from '../../core/events/subscriber-event.ts';
import { HOUR_MS } from '../calendar.ts';
import { between, chance } from '../random/distributions.ts';
import { PURPOSE } from '../random/purposes.ts';
import { openRandom, seedOf } from '../random/random.ts';
import type { Random } from '../random/random.ts';
import { createReleaseQueue } from './release-queue.ts';

/** How a clean stream is put out of order. Shares are of all events, 0–1. */
export interface DisorderOptions {
  readonly seed: number;
  /** Delivered up to `lateUpToMs` after its time; the feed's progress waits for it. */
  readonly lateShare: number;
  readonly lateUpToMs: number;
  /** Like late, with a short bound: neighbours change places. */
  readonly shuffledShare: number;
  readonly shuffledWithinMs: number;
  /** Delivered a second time under the same id: half of them within minutes, half up to `duplicateUpToMs` later. */
  readonly duplicateShare: number;
  readonly duplicateUpToMs: number;
  /**
   * Delivered after the limit up to which the reader accepts late events, and against what the feed's progress has promised.
   * Only events for which the log still runs long enough are chosen.
   */
  readonly beyondLimitShare: number;
  readonly latenessLimitMs: number;
  readonly outage?: FeedOutage;
  /** End of the stream's event time. */
  readonly endMs: number;
}

/** A feed writes neither events nor progress in [fromMs, toMs), then everything it owes at once. */
export interface FeedOutage {
  readonly feed: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the disorder did, counted as it leaves. An event that fits several lines is in each. */
export interface DisorderCounts {
  /** First deliveries: as many as there were events. */
  events: number;
  duplicates: number;
  late: number;
  shuffled: number;
  lateBeyondLimit: number;
  heldByOutage: number;
  marks: number;
}

export function emptyDisorderCounts(): DisorderCounts {
  return { events: 0, duplicates: 0, late: 0, shuffled: 0, lateBeyondLimit: 0, heldByOutage: 0, marks: 0 };
}

const NEAR_DUPLICATE_MS = 5 * 60_000;
/** Beyond the limit by this much at least, so that the reader's own rounding does not save the event. */
const BEYOND_LIMIT_MARGIN_MS = 3 * HOUR_MS;
const BEYOND_LIMIT_SPREAD_MS = 6 * HOUR_MS;

type Lateness = 'punctual' | 'late' | 'shuffled' | 'lateBeyondLimit';

interface Delivery {
  readonly record: LogRecord;
  readonly as: 'event' | 'duplicate' | 'mark';
  readonly lateness: Lateness;
  readonly isHeld: boolean;
}

/**
 * Delivers a clean stream (events and marks in event-time order) as a careless operator would. Progress stays honest: a feed
 * promises an instant only once everything before it has left, except for what `beyondLimitShare` plants.
 *
 * The same options and stream give the same disorder; each event's fate hangs on its own id alone.
 */
export function* disturb(
  records: Iterable<LogRecord>,
  options: DisorderOptions,
  counts: DisorderCounts,
): Generator<LogRecord> {
  const queue = createReleaseQueue<Delivery>();
  const progressLagMs = honestLagMs(options);
  function* released(untilMs: number): Generator<LogRecord> {
    for (let due = queue.takeDue(untilMs); due !== undefined; due = queue.takeDue(untilMs)) {
      count(counts, due);
      yield due.record;
    }
  }

  for (const record of records) {
    yield* released(record.occurredAtMs - 1);
    if (isPartitionMark(record)) {
      const lagMs = record.body.type === 'feed_progress' ? progressLagMs : 0;
      const { atMs, isHeld } = afterOutage(options, record.feed, record.occurredAtMs + lagMs);
      queue.push(atMs, { record, as: 'mark', lateness: 'punctual', isHeld });
    } else {
      deliver(record, options, progressLagMs, queue.push);
    }
  }
  yield* released(Infinity);
}

function honestLagMs({ lateShare, lateUpToMs, shuffledShare, shuffledWithinMs }: DisorderOptions): number {
  return Math.max(lateShare > 0 ? lateUpToMs : 0, shuffledShare > 0 ? shuffledWithinMs : 0);
}

function deliver(
  record: SubscriberEvent,
  options: DisorderOptions,
  progressLagMs: number,
  push: (atMs: number, delivery: Delivery) => void,
): void {
  const { lateShare, shuffledShare, duplicateShare, beyondLimitShare } = options;
  if (lateShare + shuffledShare + duplicateShare + beyondLimitShare === 0) {
    const { atMs, isHeld } = afterOutage(options, record.feed, record.occurredAtMs);
    push(atMs, { record, as: 'event', lateness: 'punctual', isHeld });
    return;
  }
  const random = openRandom(options.seed, PURPOSE.disorder, seedOf(record.eventId));
  const { lateness, delayMs } = drawLateness(random, record, options, progressLagMs);
  const isRepeated = chance(random, duplicateShare) && lateness !== 'lateBeyondLimit';
  const first = afterOutage(options, record.feed, record.occurredAtMs + delayMs);
  push(first.atMs, { record, as: 'event', lateness, isHeld: first.isHeld });
  if (!isRepeated) return;
  const longestMs = chance(random, 0.5)
    ? Math.min(NEAR_DUPLICATE_MS, options.duplicateUpToMs)
    : options.duplicateUpToMs;
  const again = afterOutage(options, record.feed, first.atMs + Math.floor(between(random, 0, longestMs)));
  push(again.atMs, { record, as: 'duplicate', lateness: 'punctual', isHeld: again.isHeld });
}

function drawLateness(
  random: Random,
  { occurredAtMs }: SubscriberEvent,
  options: DisorderOptions,
  progressLagMs: number,
): { readonly lateness: Lateness; readonly delayMs: number } {
  const { lateShare, lateUpToMs, shuffledShare, shuffledWithinMs, beyondLimitShare, latenessLimitMs, endMs } = options;
  const fate = random.next();
  const place = random.next();
  if (fate < beyondLimitShare) {
    const leastMs = latenessLimitMs + progressLagMs + BEYOND_LIMIT_MARGIN_MS;
    const delayMs = leastMs + Math.floor(place * BEYOND_LIMIT_SPREAD_MS);
    if (occurredAtMs + delayMs < endMs) return { lateness: 'lateBeyondLimit', delayMs };
    return { lateness: 'punctual', delayMs: 0 };
  }
  // Delays stay below the bound: at the bound itself the progress mark may already have left.
  if (fate < beyondLimitShare + lateShare) return { lateness: 'late', delayMs: Math.floor(place * lateUpToMs) };
  if (fate < beyondLimitShare + lateShare + shuffledShare) {
    return { lateness: 'shuffled', delayMs: Math.floor(place * shuffledWithinMs) };
  }
  return { lateness: 'punctual', delayMs: 0 };
}

function afterOutage(
  { outage }: DisorderOptions,
  feed: string,
  atMs: number,
): { readonly atMs: number; readonly isHeld: boolean } {
  const isHeld = outage !== undefined && feed === outage.feed && atMs >= outage.fromMs && atMs < outage.toMs;
  return { atMs: isHeld ? outage.toMs : atMs, isHeld };
}

function count(counts: DisorderCounts, { as, lateness, isHeld }: Delivery): void {
  if (isHeld) counts.heldByOutage += 1;
  if (as === 'mark') counts.marks += 1;
  else if (as === 'duplicate') counts.duplicates += 1;
  else counts.events += 1;
  if (lateness !== 'punctual') counts[lateness] += 1;
}
