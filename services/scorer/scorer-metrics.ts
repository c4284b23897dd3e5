import type { DecidedCounts } from './decide-batch.ts';
import { BANDS } from '../core/quality/quality-hour.ts';
import type { Progress } from './hold-partitions.ts';
import type { Metrics } from '../platform/telemetry/metrics.ts';
import type { PartitionTime, TimePolicy } from '../core/time/partition-time.ts';
import { recordsIn } from '../core/partition/partition-record.ts';
import type { PartitionCounts } from '../core/partition/partition-record.ts';
import { rubbishAmongLast } from '../core/partition/rubbish-window.ts';
import { createFeedGauges } from './feed-gauges.ts';

const RESULTS = [
  'folded',
  'duplicates',
  'late',
  'parked',
  'marks',
  'outcomes',
] as const satisfies readonly (keyof PartitionCounts)[];

const SCORE_BUCKETS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

export interface ScorerMetrics {
  /** Tells how far event time has come in a partition: also of one that was taken over while nothing comes. */
  noteTime(partition: number, time: PartitionTime): void;
  /** Tells what one slice of records added to a partition's books. */
  noteProgress(partition: number, progress: Progress): void;
  /** @param seconds that one call of the model took. */
  noteScored(seconds: number): void;
  /** Tells what a commit decided. */
  noteDecided(counts: DecidedCounts): void;
  notePublished(kind: 'score' | 'alert', count: number): void;
  noteFenced(): void;
  noteDeadLetters(topic: string, reason: string, count: number): void;
  /** Whether a partition is paused because its records cannot be worked on. */
  noteFailing(partition: number, isFailing: boolean): void;
  /** How many of a partition's last 1,000 records were parked. */
  noteRubbish(partition: number, rubbish: number): void;
  noteReleased(): void;
}

/** @param time rules by which a feed counts as behind. */
export function createScorerMetrics(metrics: Metrics, topic: string, time: TimePolicy): ScorerMetrics {
  const consumed = metrics.counter('churn_events_consumed_total', 'Records of the input log by what became of them', [
    'topic',
    'result',
  ]);
  const lagGauge = metrics.gauge('churn_consumer_lag_records', 'Records of a partition not yet committed', [
    'topic',
    'partition',
  ]);
  const watermark = metrics.gauge('churn_watermark_seconds', 'Event time that a partition is complete through', [
    'topic',
    'partition',
  ]);
  const failing = metrics.gauge('churn_partition_failing', '1 while the records of a partition cannot be worked on', [
    'topic',
    'partition',
  ]);
  const rubbishGauge = metrics.gauge(
    'churn_rubbish_records',
    'Records parked among the last 1,000 of a partition, late ones apart',
    ['topic', 'partition'],
  );
  const scored = metrics.counter('churn_scores_total', 'Scores made, by the band they left their subscriber in', [
    'model_version',
    'band',
  ]);
  const dailyScores = metrics.histogram(
    'churn_score',
    'Scores of daily moments, one per subscriber and day: an even sample of the base',
    SCORE_BUCKETS,
    ['model_version'],
  );
  const alertReasons = metrics.counter('churn_alert_reasons_total', 'Reasons that alerts gave', [
    'model_version',
    'story',
    'direction',
  ]);
  const scoreSeconds = metrics.histogram(
    'churn_score_duration_seconds',
    'Time of one call of the model',
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1],
    [],
  );
  const published = metrics.counter('churn_published_total', 'Scores and alerts published', ['kind']);
  const episodes = metrics.counter('churn_episodes_opened_total', 'Episodes of high risk opened', []);
  const fenced = metrics.counter(
    'churn_commits_refused_total',
    'Commits refused because another instance owns the partition',
    [],
  );
  const deadLetters = metrics.counter('churn_dead_letters_total', 'Records parked', ['topic', 'reason']);
  const feeds = createFeedGauges(metrics, time);

  function noteTime(partition: number, reached: PartitionTime): void {
    feeds.note(partition, reached);
    if (reached.watermarkMs !== undefined) watermark.set({ topic, partition }, reached.watermarkMs / 1_000);
  }

  return {
    noteTime,
    noteProgress(partition, { before, after, lag }) {
      for (const result of RESULTS) {
        consumed.inc({ topic, result }, after.counts[result] - before.counts[result]);
      }
      episodes.inc(after.counts.episodes - before.counts.episodes);
      lagGauge.set({ topic, partition }, Number(lag));
      rubbishGauge.set({ topic, partition }, rubbishAmongLast(after.rubbish, recordsIn(after.counts)));
      noteTime(partition, after.time);
    },
    noteScored(seconds) {
      scoreSeconds.observe(seconds);
    },
    noteDecided({ modelVersion, scores, dailyScores: daily, reasons }) {
      for (const band of BANDS) scored.inc({ model_version: modelVersion, band }, scores[band]);
      const observed = dailyScores.labels({ model_version: modelVersion });
      for (const score of daily) observed.observe(score);
      for (const { story, direction } of reasons) alertReasons.inc({ model_version: modelVersion, story, direction });
    },
    notePublished: (kind, count) => {
      published.inc({ kind }, count);
    },
    noteFenced: () => {
      fenced.inc();
    },
    noteDeadLetters: (name, reason, count) => {
      deadLetters.inc({ topic: name, reason }, count);
    },
    noteFailing: (partition, isFailing) => {
      failing.set({ topic, partition }, isFailing ? 1 : 0);
    },
    noteRubbish: (partition, rubbish) => {
      rubbishGauge.set({ topic, partition }, rubbish);
    },
    noteReleased() {
      // A partition that moved away must not keep showing its last lag here.
      lagGauge.reset();
      watermark.reset();
      failing.reset();
      rubbishGauge.reset();
      feeds.forgetPartitions();
    },
  };
}
