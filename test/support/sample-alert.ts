import type { RiskAlert, RiskScore } from '../../services/core/risk/risk.ts';

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
    reasons: [
      {
        feature: 'days_since_last_outgoing',
        value: 12,
        typicalValue: 1,
        unit: 'days',
        direction: 'raises',
        contribution: 0.9,
        textEn: 'No outgoing call for 12 days',
        textZh: '已有12天没有主叫',
      },
      {
        feature: 'rival_calls_28d',
        value: undefined,
        typicalValue: undefined,
        unit: 'calls',
        direction: 'lowers',
        contribution: -0.1,
        textEn: 'Calls to rivals unknown',
        textZh: '异网通话未知',
      },
    ],
    monthlyValueMinor: 5800,
    ...changes,
  };
}
