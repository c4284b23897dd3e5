import type { Metrics } from '../platform/telemetry/metrics.ts';
import { FEED_STATES } from './feed-books.ts';
import type { FeedState } from './feed-books.ts';
import type { RowBatch } from './row-batch.ts';
import { countOf } from './row-batch.ts';

export interface IntakeMetrics {
  /** A batch that the broker holds, and how long that took. */
  delivered(feed: string, batch: RowBatch, seconds: number): void;
  /** A mark of a feed's progress that the broker holds. */
  marked(feed: string, completeThroughMs: number): void;
  stateIs(feed: string, state: FeedState): void;
  fileDone(feed: string, result: 'imported' | 'already_imported' | 'damaged'): void;
  /** A file whose name does not say the time that the feed expects there. */
  nameWithoutTime(feed: string): void;
}

const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What intake counts. Feeds and reasons are few: both come from closed lists. */
export function createIntakeMetrics(metrics: Metrics): IntakeMetrics {
  const rows = metrics.counter('churn_intake_rows_total', 'Rows read, by what became of them', ['feed', 'result']);
  const rejects = metrics.counter('churn_intake_rejects_total', 'Rows rejected, by reason', ['feed', 'reason']);
  const files = metrics.counter('churn_intake_files_total', 'Files, by what became of them', ['feed', 'result']);
  const namesWithoutTime = metrics.counter(
    'churn_intake_names_without_time_total',
    'Files imported whose name does not fit progress.fileNameTime',
    ['feed'],
  );
  const completeThrough = metrics.gauge(
    'churn_intake_complete_through_timestamp_seconds',
    'Event time up to which a feed is marked complete',
    ['feed'],
  );
  const states = metrics.gauge('churn_intake_feed_state', '1 for the state that a feed is in', ['feed', 'state']);
  const durations = metrics.histogram(
    'churn_intake_batch_duration_seconds',
    'Time until the broker holds a batch and its position is kept',
    DURATION_BUCKETS,
    ['feed'],
  );

  return {
    delivered(feed, batch, seconds) {
      const skipped = countOf(batch.skippedBy);
      rows.inc({ feed, result: 'sent' }, batch.sent);
      if (skipped > 0) rows.inc({ feed, result: 'skipped' }, skipped);
      if (batch.rejects.length > 0) rows.inc({ feed, result: 'rejected' }, batch.rejects.length);
      for (const [reason, count] of batch.rejectedBy) rejects.inc({ feed, reason }, count);
      if (batch.markMs !== undefined) completeThrough.set({ feed }, batch.markMs / 1_000);
      durations.observe({ feed }, seconds);
    },
    marked(feed, completeThroughMs) {
      completeThrough.set({ feed }, completeThroughMs / 1_000);
    },
    stateIs(feed, state) {
      for (const known of FEED_STATES) states.set({ feed, state: known }, known === state ? 1 : 0);
    },
    fileDone(feed, result) {
      files.inc({ feed, result });
    },
    nameWithoutTime(feed) {
      namesWithoutTime.inc({ feed });
    },
  };
}
