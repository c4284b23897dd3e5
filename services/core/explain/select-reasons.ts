import type { Reason, ScoreExplanation } from '../risk/risk.ts';

/** Protective reasons that an alert or an answer carries: enough to know where to begin, few enough to read out. */
export const PROTECTIVE_REASONS = 2;

export interface SelectedReasons {
  /** What raises the risk, strongest first. */
  readonly reasons: readonly Reason[];
  /** What still holds the customer, strongest first. */
  readonly protectiveReasons: readonly Reason[];
}

/** The strongest reasons of either direction, at most as many as asked for; the one is never filled up with the other. */
export function selectReasons(
  { reasons }: ScoreExplanation,
  { raising, protective }: { readonly raising: number; readonly protective: number },
): SelectedReasons {
  return {
    reasons: reasons.filter(({ direction }) => direction === 'raises').slice(0, raising),
    protectiveReasons: reasons.filter(({ direction }) => direction === 'lowers').slice(0, protective),
  };
}
