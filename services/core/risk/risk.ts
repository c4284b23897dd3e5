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

/**
 * One reason of a score: a story that one or more features tell together. Values speak of the story's leading feature and
 * are undefined when unknown.
 */
export interface Reason {
  /** What it is about, e.g. "outgoing_calls". */
  readonly story: string;
  /** The feature that says it best: the strongest in the story's direction. */
  readonly feature: string;
  readonly value: number | undefined;
  readonly typicalValue: number | undefined;
  readonly unit: string;
  readonly direction: 'raises' | 'lowers';
  /** Contribution of the whole story to the raw margin (log-odds). */
  readonly contribution: number;
  /** Its size as a share of the sizes of all stories, 0–1. */
  readonly share: number;
  /** For the agent: a sentence that says the fact plainly, to be put in the agent's own words. */
  readonly textEn: string;
  readonly textZh: string;
}

/** Why a score is what it is: baseMargin + Σ contribution over all reasons = rawMargin, and riskScore = 1 / (1 + e^−rawMargin). */
export interface ScoreExplanation {
  /** Log-odds of an average subscriber of the training data. */
  readonly baseMargin: number;
  /** Log-odds of this score. */
  readonly rawMargin: number;
  /** Every story with influence, strongest first, those that raise and those that lower the risk. */
  readonly reasons: readonly Reason[];
}

/** The warning that opens an episode of high risk; one per episode. */
export interface RiskAlert {
  readonly alertId: string;
  readonly episode: number;
  readonly score: RiskScore;
  /** What raises the risk, strongest first. */
  readonly reasons: readonly Reason[];
  /** What still holds the customer, strongest first. */
  readonly protectiveReasons: readonly Reason[];
  readonly baseMargin: number;
  readonly rawMargin: number;
  /** The vector that was scored, in the order of the feature registry; NaN is unknown. */
  readonly vector: Float32Array;
  /** SHA-256 (hex) of the feature schema that the vector is of; '' where it was not told. */
  readonly featureSchemaSha256: string;
  /** Mean monthly spend over the last three months in minor units; undefined when unknown. */
  readonly monthlyValueMinor: number | undefined;
}
