import type { OrderResult } from '../events/account.ts';
import type { BandEdge, Policy } from '../policy/policy.ts';
import type { RiskState } from '../subscriber/subscriber-state.ts';
import type { RiskBand } from './risk.ts';

export interface ScoredPoint {
  /** 0–1. */
  readonly riskScore: number;
  readonly asOfMs: number;
  /** Some feed had not come as far as the score speaks: what looks like silence may be the feed's. */
  readonly feedsBehind: boolean;
}

export interface RiskDecision {
  readonly risk: RiskState;
  /** An episode opened with this point: one alert is due. */
  readonly episodeOpened: boolean;
  readonly bandChanged: boolean;
}

/**
 * Applies one score to what was decided so far.
 *
 * Risk may rise at once, but falls one band only after the score stayed below the band's exit for the cool-down. While
 * a feed is behind, the band does not rise, no episode opens, and no high score begins the cool-down anew. An episode opens when the subscriber is in the high
 * band with none open and none suppressed; it closes by outcome, by leaving, or when the band falls from high.
 */
export function decideRisk(last: RiskState, point: ScoredPoint, policy: Policy): RiskDecision {
  const { riskScore, asOfMs, feedsBehind } = point;
  const { band, belowSinceMs } = nextBand(last, point, policy);
  const suppressed = last.suppressedUntilMs !== undefined && asOfMs < last.suppressedUntilMs;
  const open = last.episodeOpen && band === 'high';
  const episodeOpened = band === 'high' && !last.episodeOpen && !suppressed && !feedsBehind;
  return {
    risk: {
      band,
      riskScore,
      belowSinceMs,
      episode: last.episode + (episodeOpened ? 1 : 0),
      episodeOpen: episodeOpened || open,
      episodeOpenedAtMs: episodeOpened ? asOfMs : last.episodeOpenedAtMs,
      episodeClosedAtMs: episodeOpened ? undefined : last.episodeOpen && !open ? asOfMs : last.episodeClosedAtMs,
      suppressedUntilMs: suppressed ? last.suppressedUntilMs : undefined,
    },
    episodeOpened,
    bandChanged: band !== last.band,
  };
}

/**
 * An order's outcome closes the episode that the order came from, and keeps a new one from opening for a while: also if
 * the band had fallen before, for the customer has just been spoken to. An order that expired was never worked, so it
 * suppresses nothing.
 */
export function closeByOutcome(
  last: RiskState,
  outcome: { readonly episode: number; readonly result: OrderResult; readonly atMs: number },
  policy: Policy,
): RiskState {
  if (last.episode === 0 || outcome.episode !== last.episode) return last;
  const until = outcome.atMs + policy.episodes.suppressAfterOutcomeMs;
  return {
    ...last,
    episodeOpen: false,
    episodeClosedAtMs: last.episodeOpen ? outcome.atMs : last.episodeClosedAtMs,
    suppressedUntilMs: outcome.result === 'expired' ? last.suppressedUntilMs : (last.suppressedUntilMs ?? until),
  };
}

/** A subscriber who left needs no warning any more, and is in no band. */
export function closeByLeaving(last: RiskState, atMs: number): RiskState {
  const episodeClosedAtMs = last.episodeOpen ? atMs : last.episodeClosedAtMs;
  return { ...last, band: 'low', belowSinceMs: undefined, episodeOpen: false, episodeClosedAtMs };
}

/** The id of an episode's one alert: the same whenever and however often the log is read. */
export function alertIdOf(subscriberId: string, episode: number): string {
  return `${subscriberId}.${episode}`;
}

function nextBand(
  last: RiskState,
  point: ScoredPoint,
  policy: Policy,
): { readonly band: RiskBand; readonly belowSinceMs: number | undefined } {
  const { riskScore, asOfMs, feedsBehind } = point;
  const { high, medium, coolDownMs } = policy.bands;
  const reached: RiskBand = riskScore >= high.enter ? 'high' : riskScore >= medium.enter ? 'medium' : 'low';
  if (RANK[reached] > RANK[last.band] && !feedsBehind) return { band: reached, belowSinceMs: undefined };

  const edge = edgeOf(last.band, policy);
  if (edge === undefined) return { band: last.band, belowSinceMs: undefined };
  // What looks like silence may be the feed's, and does not begin the cool-down anew.
  if (riskScore >= edge.exit) return { band: last.band, belowSinceMs: feedsBehind ? last.belowSinceMs : undefined };
  const belowSinceMs = last.belowSinceMs ?? asOfMs;
  if (asOfMs - belowSinceMs < coolDownMs) return { band: last.band, belowSinceMs };
  return { band: last.band === 'high' ? 'medium' : 'low', belowSinceMs: undefined };
}

const RANK: Readonly<Record<RiskBand, number>> = { low: 0, medium: 1, high: 2 };

function edgeOf(band: RiskBand, policy: Policy): BandEdge | undefined {
  return band === 'low' ? undefined : policy.bands[band];
}
