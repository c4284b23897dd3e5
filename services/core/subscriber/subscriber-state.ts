import type { CustomerType, PaymentType } from '../events/account.ts';
import type { RiskBand } from '../risk/risk.ts';
import type { DayTile } from './day-tile.ts';

/** Days that a subscriber's tiles reach back, the newest included. */
export const TILE_DAYS = 91;
/**
 * Days that a complaint is remembered after its last step: its window and the longest lateness that a policy allows, so
 * that a late step still finds it and does not count as a new one.
 */
export const COMPLAINT_DAYS = TILE_DAYS + 60;
/** Contacts kept, the most recent ones. */
export const CIRCLE_SIZE = 32;
/** Prints kept per day; a subscriber with more events on one day than any person has is not deduplicated beyond. */
export const MAX_PRINTS_PER_DAY = 4_096;

/** Kinds of event whose last time is kept. The order is stored: append only. */
export const RECENCY_KINDS = [
  'moCall',
  'mtCall',
  'moMessage',
  'mtMessage',
  'data',
  'topUp',
  'agentContact',
  'rivalContact',
  'appActivity',
  'accountChange',
] as const;
export type RecencyKind = (typeof RECENCY_KINDS)[number];

/** A value of which the latest by event time holds. */
export interface Latest<T> {
  readonly value: T;
  readonly atMs: number;
}

export interface ContractState {
  readonly endsAtMs: number;
  readonly binding: boolean;
}

export interface BillState {
  /** Year × 100 + month. */
  readonly month: number;
  readonly totalMinor: number;
  readonly outOfBundleDataMinor: number;
}

/** A complaint counts once, on the day it was opened; it is known until long after it was last heard of. */
export interface ComplaintState {
  readonly idHash: number;
  readonly firstDay: number;
  readonly lastDay: number;
}

export interface FaultState {
  readonly idHash: number;
  readonly reportedAtMs: number;
  /** 0 while open. */
  readonly repairedAtMs: number;
}

/** One other party, by hash of its pseudonym, and the last day of contact. */
export interface ContactState {
  readonly partyHash: number;
  lastDay: number;
}

/** What was decided about the subscriber so far. */
export interface RiskState {
  readonly band: RiskBand;
  /** Last score, 0–1; undefined before the first. */
  readonly riskScore: number | undefined;
  /** Since when the score has been below the band's exit; undefined while it is not. */
  readonly belowSinceMs: number | undefined;
  /** Number of the current or last episode; 0 before the first. */
  readonly episode: number;
  readonly episodeOpen: boolean;
  /** As-of of the score that opened it, and event time of its end; undefined where there was none. */
  readonly episodeOpenedAtMs: number | undefined;
  readonly episodeClosedAtMs: number | undefined;
  /** No new episode opens before; undefined when nothing is suppressed. */
  readonly suppressedUntilMs: number | undefined;
}

/** A score that waits for its truth, so that live figures of the model can be told. */
export interface OpenPrediction {
  /** Slot of the daily wheel as of which it was made, counted from the epoch. */
  readonly slot: number;
  /** 0–1, as the model gave it (float32). */
  readonly riskScore: number;
  readonly wasHigh: boolean;
  /** Whether the desk has spoken with the customer since, which may have changed what happened. */
  readonly contacted: boolean;
  /** Number of the model's version in its partition. */
  readonly version: number;
}

export interface SubscriberState {
  /** Time of the earliest and of the latest event. */
  firstSeenAtMs: number;
  lastEventAtMs: number;
  /** Last time of each recency kind, in RECENCY_KINDS' order; 0 for never. */
  readonly lastAtMs: number[];
  activatedAtMs: Latest<number> | undefined;
  paymentType: Latest<PaymentType> | undefined;
  customerType: Latest<CustomerType> | undefined;
  birthYear: Latest<number> | undefined;
  balanceMinor: Latest<number> | undefined;
  contract: Latest<ContractState | undefined> | undefined;
  closed: Latest<boolean> | undefined;
  marketingAllowed: Latest<boolean> | undefined;
  faultSurveyScore: Latest<number> | undefined;
  /** The latest four months, oldest first. */
  bills: BillState[];
  complaints: ComplaintState[];
  faults: FaultState[];
  circle: ContactState[];
  /** Sorted by day. */
  tiles: DayTile[];
  /** As-of of the last score; 0 before the first. */
  lastScoredAtMs: number;
  risk: RiskState;
  /** One at most; undefined while none waits. */
  prediction: OpenPrediction | undefined;
}

export const NO_RISK_YET: RiskState = {
  band: 'low',
  riskScore: undefined,
  belowSinceMs: undefined,
  episode: 0,
  episodeOpen: false,
  episodeOpenedAtMs: undefined,
  episodeClosedAtMs: undefined,
  suppressedUntilMs: undefined,
};

/** State of a subscriber of whom nothing has been folded yet. */
export function newSubscriber(firstSeenAtMs: number): SubscriberState {
  return {
    firstSeenAtMs,
    lastEventAtMs: firstSeenAtMs,
    lastAtMs: RECENCY_KINDS.map(() => 0),
    activatedAtMs: undefined,
    paymentType: undefined,
    customerType: undefined,
    birthYear: undefined,
    balanceMinor: undefined,
    contract: undefined,
    closed: undefined,
    marketingAllowed: undefined,
    faultSurveyScore: undefined,
    bills: [],
    complaints: [],
    faults: [],
    circle: [],
    tiles: [],
    lastScoredAtMs: 0,
    risk: NO_RISK_YET,
    prediction: undefined,
  };
}
