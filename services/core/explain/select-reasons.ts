import type { Reason, ScoreExplanation } from '../risk/risk.ts';

/** Protective reasons that an alert or an answer carries: enough to know where to begin, few enough to read out. */
export const PROTECTIVE_REASONS = 2;

export interface SelectedReasons {
  /** What raises the risk, strongest first. */
  readonly reasons: readonly Reason[];
  /** What still holds the customer, strongest first. */
  readonly protectiveReasons: readonly Reason[];
}

/** Whoever reads less of a score out than this tells of chance, and calls a hold what holds nobody. */
const LEAST_SHARE = 0.01;

/** The strongest reasons of either direction, at most as many as asked for; the one is never filled up with the other. */
export function selectReasons(
  explanation: ScoreExplanation,
  { raising, protective }: { readonly raising: number; readonly protective: number },
): SelectedReasons {
  const { reasons, protectiveReasons } = splitReasons(explanation);
  const strongest = (list: readonly Reason[], most: number): readonly Reason[] =>
    list.filter(({ share }) => share >= LEAST_SHARE).slice(0, most);
  return { reasons: strongest(reasons, raising), protectiveReasons: strongest(protectiveReasons, protective) };
}

/** All reasons, however small, so that they add up. */
export function splitReasons({ reasons }: ScoreExplanation): SelectedReasons {
  return {
    reasons: reasons.filter(({ direction }) => direction === 'raises'),
    protectiveReasons: reasons.filter(({ direction }) => direction === 'lowers'),
  };
}
