export type RiskBand = 'low' | 'medium' | 'high';
export type ScoreCause = 'interval' | 'trigger' | 'daily' | 'query';

/** Risk of one subscriber as decided at one point of the log. */
export interface RiskScore {
  readonly subscriberId: string;
  /** Probability of churn, 0–1. */
  readonly riskScore: number;
  /** Band after hysteresis. */
  readonly riskBand: RiskBand;
  /** Instant that the score speaks of. */
  readonly asOfMs: number;
  readonly cause: ScoreCause;
  /** "name/version" of the model bundle. */
  readonly modelVersion: string;
  readonly policyVersion: string;
  /** Feeds that were behind when the score was made. */
  readonly staleFeeds: readonly string[];
  /** Watermark of the partition; undefined before the first. */
  readonly watermarkMs: number | undefined;
  /** Number of the current or last episode; 0 when none was ever opened. */
  readonly episode: number;
}

/** One reason of a score. Values are undefined when unknown. */
export interface Reason {
  readonly feature: string;
  readonly value: number | undefined;
  readonly typicalValue: number | undefined;
  readonly unit: string;
  readonly direction: 'raises' | 'lowers';
  /** Contribution to the raw score (log-odds). */
  readonly contribution: number;
  readonly textEn: string;
  readonly textZh: string;
}

/** The warning that opens an episode of high risk; one per episode. */
export interface RiskAlert {
  readonly alertId: string;
  readonly episode: number;
  readonly score: RiskScore;
  /** Strongest first. */
  readonly reasons: readonly Reason[];
  /** Mean monthly spend over the last three months in minor units; undefined when unknown. */
  readonly monthlyValueMinor: number | undefined;
}
