import type { MeasuredDrift } from '../../core/quality/measure-drift.ts';
import { BANDS } from '../../core/quality/quality-hour.ts';
import type { VersionOutcomes } from '../../core/quality/measure-quality.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import type { QualityReport } from './read-quality.ts';

/**
 * Shows how the models do. All of it is read from what partitions committed, so that every instance shows the same:
 * combine them with max, not with sum. What cannot be told yet has no series.
 */
export function createQualityMetrics(metrics: Metrics): (report: QualityReport) => void {
  const byFeature = ['model_version', 'feature'] as const;
  const byModel = ['model_version'] as const;
  const featureShift = metrics.gauge(
    'churn_feature_shift_psi',
    'Population stability index of a feature: daily scores of the last 4 hours against the same hours of the 7 days before',
    byFeature,
  );
  const featureDrift = metrics.gauge(
    'churn_feature_drift_psi',
    'Population stability index of a feature: the last evening against the population that the model was made for',
    byFeature,
  );
  const scoreShift = metrics.gauge('churn_score_shift_psi', 'As churn_feature_shift_psi, of the scores', byModel);
  const scoreDrift = metrics.gauge('churn_score_drift_psi', 'As churn_feature_drift_psi, of the scores', byModel);
  const samples = metrics.gauge('churn_drift_sample_scores', 'Daily scores that shift and drift are measured from', [
    'model_version',
    'measure',
  ]);
  const bandShares = metrics.gauge('churn_daily_score_band_ratio', 'Share of a band in the daily scores of a day', [
    'model_version',
    'band',
  ]);
  const auc = metrics.gauge('churn_live_auc', 'AUC of matured predictions of the last 30 to 60 days', byModel);
  const precision = metrics.gauge(
    'churn_live_high_precision_ratio',
    'Share that went of matured predictions in the high band, last 30 to 60 days',
    byModel,
  );
  const calibrationError = metrics.gauge(
    'churn_live_calibration_error',
    'Mean distance of score and share that went, in ten groups of matured predictions of the last 30 to 60 days',
    byModel,
  );
  const brier = metrics.gauge('churn_live_brier_score', 'Brier score of the same matured predictions', byModel);
  // No counter: a version that a partition forgets takes its predictions along.
  const matured = metrics.gauge(
    'churn_matured_predictions',
    'Predictions of remembered versions whose truth is known, by what became of the customer, and whether the desk had spoken with them',
    ['model_version', 'outcome', 'band', 'contacted'],
  );
  const gauges = [featureShift, featureDrift, scoreShift, scoreDrift, samples, bandShares];
  const liveGauges = [auc, precision, calibrationError, brier, matured];

  function showDrift(model_version: string, { shift, drift }: QualityReport['model']): void {
    const show = (measured: MeasuredDrift, features: typeof featureShift, scores: typeof scoreShift): void => {
      for (const { name, psi } of measured.features)
        if (psi !== undefined) features.set({ model_version, feature: name }, psi);
      if (measured.scorePsi !== undefined) scores.set({ model_version }, measured.scorePsi);
    };
    show(shift, featureShift, scoreShift);
    show(drift, featureDrift, scoreDrift);
    samples.set({ model_version, measure: 'shift' }, shift.scores);
    samples.set({ model_version, measure: 'drift' }, drift.scores);
  }

  function showVersion({ modelVersion: model_version, recent, untouched, contacted }: VersionOutcomes): void {
    if (recent.auc !== undefined) auc.set({ model_version }, recent.auc);
    if (recent.highPrecision !== undefined) precision.set({ model_version }, recent.highPrecision);
    if (recent.calibrationError !== undefined) calibrationError.set({ model_version }, recent.calibrationError);
    if (recent.brier !== undefined) brier.set({ model_version }, recent.brier);
    for (const [counts, spoken] of [
      [untouched, 'no'],
      [contacted, 'yes'],
    ] as const) {
      const labels = { model_version, contacted: spoken };
      matured.set({ ...labels, outcome: 'gone', band: 'high' }, counts.highGone);
      matured.set({ ...labels, outcome: 'gone', band: 'other' }, counts.gone - counts.highGone);
      matured.set({ ...labels, outcome: 'stayed', band: 'high' }, counts.highStayed);
      matured.set({ ...labels, outcome: 'stayed', band: 'other' }, counts.stayed - counts.highStayed);
    }
  }

  return function show({ model, versions }) {
    // A version that is forgotten, and a measure that can no longer be told, must not keep showing their last value.
    for (const gauge of [...gauges, ...liveGauges]) gauge.reset();
    showDrift(model.modelVersion, model);
    for (const band of BANDS) {
      if (model.bandShares !== undefined) {
        bandShares.set({ model_version: model.modelVersion, band }, model.bandShares[band]);
      }
    }
    for (const version of versions) showVersion(version);
  };
}
