import type { CauseCode } from '../events/common.ts';
import type { Reason, RiskAlert, RiskBand } from '../risk/risk.ts';
import type { DeskState } from './desk-state.ts';

/** Urgency, "0" the highest, as TMF697 writes it. */
export const orderPriorities = ['0', '1', '2', '3', '4'] as const;
export type OrderPriority = (typeof orderPriorities)[number];

/** How work is put off: held by the desk, or pending for something from the customer. */
export type Hold = 'held' | 'pending';

/** What became of a wish to cancel an order. */
export type Cancellation = 'none' | 'assessing' | 'accepted';

/** The risk as it was when the alert was raised; the current one is asked of the scores. */
export interface OrderRisk {
  /** Probability of churn, 0–1. */
  readonly riskScore: number;
  readonly riskBand: RiskBand;
  readonly asOfMs: number;
  readonly modelVersion: string;
  readonly policyVersion: string;
  readonly staleFeeds: readonly string[];
}

export interface OrderNote {
  readonly text: string;
  readonly author?: string | undefined;
  readonly atMs: number;
}

/** A retention work order. Instants are milliseconds since the Unix epoch, by the desk's clock. */
export interface WorkOrder {
  /** Derived from the alert, see `workOrderIdOf`. */
  readonly id: string;
  readonly alertId: string;
  readonly subscriberId: string;
  /** Number of the episode that the alert opened, from 1. */
  readonly episode: number;
  /** From 1; every event raises it by one. */
  readonly version: number;
  readonly state: DeskState;
  /** Meaningful while snoozed. */
  readonly hold: Hold;
  readonly cancellation: Cancellation;
  /** A cancelled order that the desk declined before any work. */
  readonly rejected: boolean;
  readonly priority: OrderPriority;
  readonly risk: OrderRisk;
  /** What raised the risk then, strongest first. */
  readonly reasons: readonly Reason[];
  /** What still held the customer then, strongest first. */
  readonly protectiveReasons: readonly Reason[];
  /** Log-odds of an average subscriber, and of the score; undefined where the alert did not tell them. */
  readonly baseMargin?: number | undefined;
  readonly rawMargin?: number | undefined;
  /** The vector that was scored, in the order of the feature registry, NaN is unknown; empty where it was not kept. */
  readonly vector: Float32Array;
  /** SHA-256 (hex) of the feature schema that the vector is of; undefined where the alert did not tell it. */
  readonly featureSchemaSha256?: string | undefined;
  /** Mean monthly spend in minor units. */
  readonly monthlyValueMinor?: number | undefined;
  readonly createdAtMs: number;
  readonly dueAtMs: number;
  readonly stateChangedAtMs: number;
  readonly startedAtMs?: number | undefined;
  readonly snoozedUntilMs?: number | undefined;
  readonly closedAtMs?: number | undefined;
  readonly representativeId?: string | undefined;
  readonly note?: OrderNote | undefined;
  readonly cause: CauseCode;
  /** Offer made; '' when none. */
  readonly offerId: string;
  readonly cancellationReason?: string | undefined;
  /** Report that closed the order, so that one sent twice is recognised. */
  readonly outcomeId?: string | undefined;
}

/** The same alert always gives the same order, so that a redelivered alert cannot open a second one. */
export function workOrderIdOf(alertId: string): string {
  return `wo-${alertId}`;
}

/** Urgency of an alert before a policy says more: surer losses first. */
export function priorityOf(alert: RiskAlert): OrderPriority {
  const { riskScore } = alert.score;
  if (riskScore >= 0.9) return '0';
  return riskScore >= 0.75 ? '1' : '2';
}
