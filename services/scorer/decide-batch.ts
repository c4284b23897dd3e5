import type { Breathe } from './breather.ts';
import { encodeRiskAlert, encodeRiskScore } from '../contracts/risk.ts';
import { PROTECTIVE_REASONS, selectReasons } from '../core/explain/select-reasons.ts';
import { FEATURES, featureIndex } from '../core/features/registry.ts';
import type { Policy } from '../core/policy/policy.ts';
import { alertIdOf, closeByLeaving, closeByOutcome, decideRisk } from '../core/risk/decide-risk.ts';
import type { Reason, RiskAlert, RiskBand, RiskScore } from '../core/risk/risk.ts';
import { encodeOutboxEntry } from './outbox-entry.ts';
import { vectorOf } from './partition-batch.ts';
import type { DecisionPoint, PartitionBatch } from './partition-batch.ts';
import type { RiskModel } from './ports.ts';
import type { QualityWatch } from './watch-quality.ts';

const MONTHLY_SPEND = featureIndex('monthly_spend');

export interface DecidedBatch {
  readonly outbox: readonly Uint8Array[];
  readonly bands: ReadonlyMap<string, RiskBand>;
  readonly counts: DecidedCounts;
}

/** What was decided, for metrics: to be told when the commit holds. */
export interface DecidedCounts {
  readonly modelVersion: string;
  /** Scores by the band that they left their subscriber in. */
  readonly scores: Record<RiskBand, number>;
  /** Scores of daily moments, 0–1. */
  readonly dailyScores: number[];
  /** Reasons that alerts gave. */
  readonly reasons: Pick<Reason, 'story' | 'direction'>[];
}

interface DecideDeps {
  readonly model: RiskModel;
  readonly policy: Policy;
  readonly quality: QualityWatch;
  /** Asked between two decisions. */
  readonly breathe?: Breathe | undefined;
}

type ScorePoint = Extract<DecisionPoint, { type: 'score' }>;

/**
 * Scores all vectors of the batch in one call and applies what follows in the order of the log. States and the ledger of
 * the model's quality change in place; what has to be published, indexed and counted is returned.
 */
export async function decideBatch(batch: PartitionBatch, deps: DecideDeps): Promise<DecidedBatch> {
  const { model, policy, quality } = deps;
  const scores = batch.rows === 0 ? new Float32Array() : await model.scoreBatch(batch.vectors, batch.rows);
  const outbox: Uint8Array[] = [];
  const bands = new Map<string, RiskBand>();
  const { modelVersion } = model;
  const counts: DecidedCounts = {
    modelVersion,
    scores: { low: 0, medium: 0, high: 0 },
    dailyScores: [],
    reasons: [],
  };

  for (const point of batch.points) {
    const breath = deps.breathe?.();
    if (breath !== undefined) await breath;
    const { state, subscriberId } = point;
    switch (point.type) {
      case 'left':
        if (state.risk.band !== 'low') bands.set(subscriberId, 'low');
        state.risk = closeByLeaving(state.risk, point.atMs);
        quality.onLeft(state, point.atMs);
        outbox.push(goneEntry(subscriberId, point.pointId, point.atMs));
        break;
      case 'outcome':
        state.risk = closeByOutcome(state.risk, point, policy);
        quality.onOrder(state, point.result);
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
        counts.scores[decision.risk.band]++;
        if (watchDaily(point, riskScore, batch, quality)) counts.dailyScores.push(riskScore);
        if (decision.bandChanged) bands.set(subscriberId, decision.risk.band);
        const score = toRiskScore(point, riskScore, deps);
        if (decision.bandChanged || point.cause !== 'interval') outbox.push(scoreEntry(score, point.pointId));
        if (decision.episodeOpened) {
          batch.counted.episodes++;
          const alert = toRiskAlert(score, point, batch, deps);
          counts.reasons.push(...alert.reasons, ...alert.protectiveReasons);
          outbox.push(alertEntry(alert));
        }
      }
    }
  }
  return { outbox, bands, counts };
}

/**
 * Shows a daily score to the watch on the model's quality. Where feeds are behind, everyone of them looks silent: that is
 * neither drift of the population nor an outcome.
 */
function watchDaily(point: ScorePoint, riskScore: number, batch: PartitionBatch, quality: QualityWatch): boolean {
  const { state, asOfMs, daily, row } = point;
  if (daily === undefined || point.feedsBehind) return false;
  const { vectors } = batch;
  const riskBand = state.risk.band;
  quality.onDailyScore(state, { ...daily, asOfMs, riskScore, riskBand, vectors, at: row * FEATURES.length });
  return true;
}

/** A score that is no probability would poison bands, metrics and orders: better no score than that one. */
function probability(score: number | undefined, subscriberId: string): number {
  if (score === undefined || !(score >= 0 && score <= 1)) {
    throw new RangeError(`the model gave no probability for ${subscriberId}`);
  }
  return score;
}

function toRiskScore(point: ScorePoint, riskScore: number, deps: Pick<DecideDeps, 'model' | 'policy'>): RiskScore {
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

function toRiskAlert(
  score: RiskScore,
  point: ScorePoint,
  batch: PartitionBatch,
  deps: Pick<DecideDeps, 'model' | 'policy'>,
): RiskAlert {
  const { subscriberId, episode } = score;
  const vector = vectorOf(batch, point.row);
  const monthlyValue = vector[MONTHLY_SPEND] ?? Number.NaN;
  const explanation = deps.model.explain(vector);
  return {
    alertId: alertIdOf(subscriberId, episode),
    episode,
    score,
    ...selectReasons(explanation, { raising: deps.policy.reasons.limit, protective: PROTECTIVE_REASONS }),
    baseMargin: explanation.baseMargin,
    rawMargin: explanation.rawMargin,
    vector,
    featureSchemaSha256: deps.model.featureSchemaSha256,
    monthlyValueMinor: Number.isFinite(monthlyValue) ? Math.round(monthlyValue) : undefined,
  };
}

function alertEntry(alert: RiskAlert): Uint8Array {
  const { subscriberId, asOfMs } = alert.score;
  const value = encodeRiskAlert(alert);
  return encodeOutboxEntry({ kind: 'alert', id: alert.alertId, subscriberId, eventTimeMs: asOfMs, value });
}
