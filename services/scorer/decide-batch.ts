import { encodeRiskAlert, encodeRiskScore } from '../contracts/risk.ts';
import { featureIndex } from '../core/features/registry.ts';
import type { Policy } from '../core/policy/policy.ts';
import { alertIdOf, closeByLeaving, closeByOutcome, decideRisk } from '../core/risk/decide-risk.ts';
import type { RiskBand, RiskScore } from '../core/risk/risk.ts';
import { encodeOutboxEntry } from './outbox-entry.ts';
import { vectorOf } from './partition-batch.ts';
import type { DecisionPoint, PartitionBatch } from './partition-batch.ts';
import type { RiskModel } from './ports.ts';

const MONTHLY_SPEND = featureIndex('monthly_spend');

export interface DecidedBatch {
  readonly outbox: readonly Uint8Array[];
  readonly bands: ReadonlyMap<string, RiskBand>;
}

type ScorePoint = Extract<DecisionPoint, { type: 'score' }>;

/**
 * Scores all vectors of the batch in one call and applies what follows in the order of the log. States change in
 * place; what has to be published and indexed is returned.
 */
export async function decideBatch(
  batch: PartitionBatch,
  deps: { readonly model: RiskModel; readonly policy: Policy },
): Promise<DecidedBatch> {
  const { model, policy } = deps;
  const scores = batch.rows === 0 ? new Float32Array() : await model.scoreBatch(batch.vectors, batch.rows);
  const outbox: Uint8Array[] = [];
  const bands = new Map<string, RiskBand>();

  for (const point of batch.points) {
    const { state, subscriberId } = point;
    switch (point.type) {
      case 'left':
        if (state.risk.band !== 'low') bands.set(subscriberId, 'low');
        state.risk = closeByLeaving(state.risk, point.atMs);
        outbox.push(goneEntry(subscriberId, point.pointId, point.atMs));
        break;
      case 'outcome':
        state.risk = closeByOutcome(state.risk, point, policy);
        break;
      case 'score': {
        const riskScore = probability(scores[point.row], subscriberId);
        const decision = decideRisk(
          state.risk,
          { riskScore, asOfMs: point.asOfMs, feedsBehind: point.feedsBehind },
          policy,
        );
        state.risk = decision.risk;
        batch.counted.scored++;
        if (decision.bandChanged) bands.set(subscriberId, decision.risk.band);
        const score = toRiskScore(point, riskScore, deps);
        if (decision.bandChanged || point.cause !== 'interval') outbox.push(scoreEntry(score, point.pointId));
        if (decision.episodeOpened) {
          batch.counted.episodes++;
          outbox.push(alertEntry(score, point, batch, deps));
        }
      }
    }
  }
  return { outbox, bands };
}

/** A score that is no probability would poison bands, metrics and orders: better no score than that one. */
function probability(score: number | undefined, subscriberId: string): number {
  if (score === undefined || !(score >= 0 && score <= 1)) {
    throw new RangeError(`the model gave no probability for ${subscriberId}`);
  }
  return score;
}

function toRiskScore(
  point: ScorePoint,
  riskScore: number,
  deps: { readonly model: RiskModel; readonly policy: Policy },
): RiskScore {
  const { subscriberId, asOfMs, cause, staleFeeds, watermarkMs, state } = point;
  return {
    subscriberId,
    riskScore,
    riskBand: state.risk.band,
    asOfMs,
    cause,
    modelVersion: deps.model.modelVersion,
    policyVersion: deps.policy.version,
    staleFeeds,
    watermarkMs,
    episode: state.risk.episode,
  };
}

function scoreEntry(score: RiskScore, pointId: string): Uint8Array {
  const { subscriberId, asOfMs } = score;
  const id = `${subscriberId}.${pointId}`;
  return encodeOutboxEntry({ kind: 'score', id, subscriberId, eventTimeMs: asOfMs, value: encodeRiskScore(score) });
}

/** A record without a value: compacted away, so that nobody goes on reading the last risk of who left. */
function goneEntry(subscriberId: string, pointId: string, eventTimeMs: number): Uint8Array {
  const id = `${subscriberId}.${pointId}`;
  return encodeOutboxEntry({ kind: 'score', id, subscriberId, eventTimeMs, value: new Uint8Array() });
}

function alertEntry(
  score: RiskScore,
  point: ScorePoint,
  batch: PartitionBatch,
  deps: { readonly model: RiskModel; readonly policy: Policy },
): Uint8Array {
  const { subscriberId, asOfMs, episode } = score;
  const vector = vectorOf(batch, point.row);
  const monthlyValue = vector[MONTHLY_SPEND] ?? Number.NaN;
  const alertId = alertIdOf(subscriberId, episode);
  const value = encodeRiskAlert({
    alertId,
    episode,
    score,
    reasons: deps.model.reasonsOf(vector, deps.policy.reasons.limit),
    monthlyValueMinor: Number.isFinite(monthlyValue) ? Math.round(monthlyValue) : undefined,
  });
  return encodeOutboxEntry({ kind: 'alert', id: alertId, subscriberId, eventTimeMs: asOfMs, value });
}
