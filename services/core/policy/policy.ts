import type { TimePolicy } from '../time/partition-time.ts';

/** The rules from score to warning, as versioned data. Durations are event time. */
export interface Policy {
  readonly version: string;
  /** IANA time zone of the operator: civil days of features. */
  readonly timeZone: string;
  readonly time: TimePolicy;
  readonly scoring: {
    /** Between two scores that events bring about. */
    readonly minimumIntervalMs: number;
    /** Days a subscriber must have been seen before the first score. */
    readonly warmUpDays: number;
  };
  readonly bands: {
    readonly medium: BandEdge;
    readonly high: BandEdge;
    /** How long a score stays below a band's exit before the band falls. */
    readonly coolDownMs: number;
  };
  readonly episodes: {
    /** After an outcome no new episode opens for this long. */
    readonly suppressAfterOutcomeMs: number;
  };
  readonly reasons: {
    /** Reasons on an alert, the strongest first. */
    readonly limit: number;
  };
  readonly quality: {
    /** A score is held against what happened within this time. */
    readonly horizonMs: number;
  };
}

/** A band is entered at `enter` and left below `exit`, both 0–1. */
export interface BandEdge {
  readonly enter: number;
  readonly exit: number;
}
