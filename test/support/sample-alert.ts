import { FEATURES } from '../../services/core/features/registry.ts';
import type { Reason, RiskAlert, RiskScore } from '../../services/core/risk/risk.ts';

/** The feature schema that sample vectors are of. */
export const SAMPLE_FEATURE_SCHEMA = 'a'.repeat(64);

/** A plausible score of high risk; override what a test speaks of. */
export function sampleScore(changes: Partial<RiskScore> = {}): RiskScore {
  return {
    subscriberId: 'k1-subscriberA',
    riskScore: 0.8125,
    riskBand: 'high',
    asOfMs: Date.UTC(2026, 9, 20, 4),
    cause: 'daily',
    modelVersion: 'prepaid/1.0.0',
    policyVersion: 'default-1',
    staleFeeds: [],
    watermarkMs: Date.UTC(2026, 9, 20, 4),
    episode: 1,
    ...changes,
  };
}

/** A plausible alert; its id follows subscriber and episode as the scorer's does. */
export function sampleAlert(changes: Partial<RiskAlert> & { readonly score?: RiskScore } = {}): RiskAlert {
  const score = changes.score ?? sampleScore();
  const episode = changes.episode ?? score.episode;
  return {
    alertId: `al-${score.subscriberId}-${episode}`,
    episode,
    score,
    reasons: [sampleReason()],
    protectiveReasons: [
      sampleReason({
        story: 'rival_network',
        feature: 'rival_calls_28d',
        value: undefined,
        typicalValue: undefined,
        unit: 'count',
        direction: 'lowers',
        contribution: -0.5,
        share: 0.25,
        textEn: 'No call to another network is on record.',
        textZh: '没有与异网的通话记录。',
      }),
    ],
    baseMargin: 0.5,
    rawMargin: 1.5,
    vector: sampleVector(),
    featureSchemaSha256: SAMPLE_FEATURE_SCHEMA,
    monthlyValueMinor: 5800,
    ...changes,
  };
}

/** Silence that raises the risk; override what a test speaks of. */
export function sampleReason(changes: Partial<Reason> = {}): Reason {
  return {
    story: 'activity',
    feature: 'days_since_last_outgoing',
    value: 12,
    typicalValue: 1,
    unit: 'days',
    direction: 'raises',
    contribution: 1.5,
    share: 0.75,
    textEn: 'The last outgoing call was 12 days ago; typical is 1 day.',
    textZh: '最近一次主叫在12天前，通常为1天。',
    ...changes,
  };
}

/** A vector as long as they are now, with unknown values among the known. */
export function sampleVector(): Float32Array {
  return Float32Array.from(FEATURES, (_, index) => (index % 7 === 3 ? Number.NaN : index / 3));
}
