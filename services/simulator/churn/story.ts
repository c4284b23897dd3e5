import type { ScheduledBody } from '../feeds.ts';
import type { Line } from '../world/line.ts';
import type { GroundTruth } from './ground-truth.ts';

/** How a day differs from the subscriber's ordinary one; 1 is ordinary. */
export interface Factors {
  readonly callsOut: number;
  readonly callsIn: number;
  readonly messagesOut: number;
  readonly messagesIn: number;
  readonly sessions: number;
  readonly appLogins: number;
  readonly topUps: number;
  /** Speed of data sessions. */
  readonly speed: number;
  /** Share of outgoing calls (0–1) that goes to the story's rival lines instead of the usual circle. */
  readonly rivalShare: number;
}

export const ORDINARY: Factors = {
  callsOut: 1,
  callsIn: 1,
  messagesOut: 1,
  messagesIn: 1,
  sessions: 1,
  appLogins: 1,
  topUps: 1,
  speed: 1,
  rivalShare: 0,
};

/** A planted course of events of one subscriber. */
export interface Story {
  readonly truth: GroundTruth;
  readonly factorsOn: (dayStartMs: number) => Factors;
  readonly scheduled: readonly ScheduledBody[];
  readonly rivalLines: readonly Line[];
}

/** Share of the way from onset to churn, 0 before and 1 after it. */
export function progressAt(truth: Pick<GroundTruth, 'onsetAtMs' | 'churnedAtMs'>, atMs: number): number {
  if (atMs < truth.onsetAtMs) return 0;
  if (atMs >= truth.churnedAtMs) return 1;
  return (atMs - truth.onsetAtMs) / (truth.churnedAtMs - truth.onsetAtMs);
}

/** All kinds of use at one level; incoming traffic follows half-way, as others do not know yet. */
export function useAt(level: number): Factors {
  const incoming = 0.5 + 0.5 * level;
  return {
    ...ORDINARY,
    callsOut: level,
    callsIn: incoming,
    messagesOut: level,
    messagesIn: incoming,
    sessions: level,
    appLogins: level,
    topUps: level,
  };
}
