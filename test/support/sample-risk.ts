import type { RiskScore } from '../../services/core/risk/risk.ts';
import type { RiskAnswer } from '../../services/retention/risk-reader.ts';
import { sampleAlert, sampleScore } from './sample-alert.ts';

/** A fresh answer about one subscriber. */
export function sampleRisk(score: Partial<RiskScore> = {}, changes: Partial<RiskAnswer> = {}): RiskAnswer {
  const made = sampleScore(score);
  const { baseMargin, rawMargin, reasons, protectiveReasons } = sampleAlert({ score: made });
  return {
    score: made,
    baseMargin,
    rawMargin,
    reasons,
    protectiveReasons,
    features: [
      {
        name: 'calls_out_7d',
        value: 3,
        unit: 'calls',
        contribution: undefined,
        meaningEn: 'Outgoing calls, 7 days',
        meaningZh: '近7天主叫次数',
      },
      {
        name: 'rival_calls_28d',
        value: undefined,
        unit: 'calls',
        contribution: undefined,
        meaningEn: 'Calls to rivals',
        meaningZh: '异网通话',
      },
    ],
    health: {
      partition: 2,
      watermarkMs: made.asOfMs + 3_600_000,
      feeds: [{ feed: 'usage', completeThroughMs: made.asOfMs + 3_600_000, isStale: false }],
      staleAfterMs: 3 * 3_600_000,
      timeZone: 'Asia/Shanghai',
    },
    episode: { number: 1, alertId: 'al-1', openedAtMs: made.asOfMs, closedAtMs: undefined },
    ...changes,
  };
}
