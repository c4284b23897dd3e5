import type { ChangeExplanation } from '../core/explain/explain-change.ts';
import type { Reason, RiskBand, RiskScore } from '../core/risk/risk.ts';

/** The strongest reasons, or all of them with what each feature contributes. */
export type ReasonDetail = 'top' | 'all';

/** One feature as the model saw it; the value is undefined when unknown. */
export interface FeatureValue {
  readonly name: string;
  readonly value: number | undefined;
  readonly unit: string;
  /** To the raw margin, in log-odds: together with the base margin they are the raw margin. Told where all was asked. */
  readonly contribution: number | undefined;
  readonly meaningEn: string;
  readonly meaningZh: string;
}

/** How far one feed has come in one partition of the log. Instants in milliseconds since the Unix epoch. */
export interface FeedHealth {
  readonly feed: string;
  /** Everything up to here was delivered; undefined before the feed's first statement. */
  readonly completeThroughMs: number | undefined;
  /** Whether it is further behind the most advanced feed than the policy allows. */
  readonly isStale: boolean;
}

/** Time as the log knows it in one partition. */
export interface PartitionHealth {
  readonly partition: number;
  readonly watermarkMs: number | undefined;
  readonly feeds: readonly FeedHealth[];
  /** How far behind a feed may be; behind the clock, where it is the most advanced. */
  readonly staleAfterMs: number;
  /** IANA time zone of the operator, for times that people read. */
  readonly timeZone: string;
}

/** The current or last episode of high risk. */
export interface EpisodeState {
  /** From 1. */
  readonly number: number;
  readonly alertId: string;
  readonly openedAtMs: number;
  /** undefined while open. */
  readonly closedAtMs: number | undefined;
}

/** Everything known about one subscriber's risk, as of the score's `asOfMs`; `health` tells how far the log has come. */
export interface RiskAnswer {
  /**
   * Made for this answer: score, reasons and features speak of one vector and one as-of. The band is the stream's last
   * decision, with hysteresis and cool-down.
   */
  readonly score: RiskScore;
  /** Log-odds of an average subscriber of the training data. */
  readonly baseMargin: number;
  /** Log-odds of the score: the base margin and the contributions of all reasons. */
  readonly rawMargin: number;
  /** What raises the risk, strongest first: all, or as many as the policy says. */
  readonly reasons: readonly Reason[];
  /** What still holds the customer, strongest first. */
  readonly protectiveReasons: readonly Reason[];
  readonly features: readonly FeatureValue[];
  /** Of the partition that the subscriber lives in, at the time of reading. */
  readonly health: PartitionHealth;
  readonly episode: EpisodeState | undefined;
}

/** Why a subscriber's risk is another one now than at an earlier vector; both vectors under the model of today. */
export interface RiskChange {
  /** As it is now, as in `RiskAnswer`. */
  readonly score: RiskScore;
  readonly health: PartitionHealth;
  readonly change: ChangeExplanation;
}

export interface RiskPage {
  readonly scores: readonly RiskScore[];
  /** Where the next page starts; undefined on the last. Opaque, of URL-safe characters. */
  readonly next: string | undefined;
  /** Subscribers in the band. */
  readonly total: number;
}

export type ListedBand = Exclude<RiskBand, 'low'>;

export class UnknownCursorError extends Error {
  override readonly name = 'UnknownCursorError';
}

/** Reads what the scorers keep. Never writes. Transient failures are thrown. */
export interface RiskReader {
  /** SHA-256 (hex) of the feature schema that vectors of now are of. */
  readonly featureSchemaSha256: string;
  /** undefined for a subscriber that was never scored. */
  read(subscriberId: string, detail: ReasonDetail): Promise<RiskAnswer | undefined>;
  /**
   * @param before an earlier vector of the same subscriber, in the order of the feature registry.
   * @returns undefined for a subscriber that was never scored.
   */
  readChange(subscriberId: string, before: Float32Array): Promise<RiskChange | undefined>;
  /**
   * Subscribers of a band in an order that stays the same while nothing changes.
   *
   * @param after `next` of the page before; undefined for the first.
   * @throws UnknownCursorError for an `after` that no page gave.
   */
  list(band: ListedBand, after: string | undefined, limit: number): Promise<RiskPage>;
  /** By partition number. */
  feeds(): Promise<readonly PartitionHealth[]>;
}
