import type { Reason, RiskBand, RiskScore } from '../core/risk/risk.ts';

/** One feature as the model saw it; the value is undefined when unknown. */
export interface FeatureValue {
  readonly name: string;
  readonly value: number | undefined;
  readonly unit: string;
  readonly meaningEn: string;
  readonly meaningZh: string;
}

/** How far one feed has come in one partition of the log. Instants in milliseconds since the Unix epoch. */
export interface FeedHealth {
  readonly feed: string;
  /** Everything up to here was delivered; undefined before the feed's first statement. */
  readonly completeThroughMs: number | undefined;
  /** Since when the feed has been behind the others; undefined while it keeps up. */
  readonly staleSinceMs: number | undefined;
}

/** Time as the log knows it in one partition. */
export interface PartitionHealth {
  readonly partition: number;
  readonly watermarkMs: number | undefined;
  readonly feeds: readonly FeedHealth[];
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
  /** Strongest first. */
  readonly reasons: readonly Reason[];
  readonly features: readonly FeatureValue[];
  /** Of the partition that the subscriber lives in, at the time of reading. */
  readonly health: PartitionHealth;
  readonly episode: EpisodeState | undefined;
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
  /** undefined for a subscriber that was never scored. */
  read(subscriberId: string): Promise<RiskAnswer | undefined>;
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
