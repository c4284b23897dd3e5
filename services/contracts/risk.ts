import type { Outcome } from '../core/outcome.ts';
import { accepted, refused } from '../core/outcome.ts';
import type { Reason, RiskAlert, RiskScore } from '../core/risk/risk.ts';
import { RiskAlertSchema, RiskScoreSchema } from './gen/churn/v1/risk_pb.ts';
import { compilePlainReader, readPlain } from './plain-reader.ts';
import { compilePlainWriter } from './plain-writer.ts';

export const RISK_ALERT_SCHEMA = RiskAlertSchema.typeName;
export const RISK_SCORE_SCHEMA = RiskScoreSchema.typeName;

const readAlert = compilePlainReader(RiskAlertSchema);
const writeAlert = compilePlainWriter(RiskAlertSchema);
const writeScore = compilePlainWriter(RiskScoreSchema);

export function encodeRiskScore(score: RiskScore): Uint8Array {
  return writeScore(toWireScore(score));
}

export function encodeRiskAlert(alert: RiskAlert): Uint8Array {
  const [baseMargin, rawMargin] = [known(alert.baseMargin), known(alert.rawMargin)];
  return writeAlert({ ...alert, score: toWireScore(alert.score), baseMargin, rawMargin });
}

/** A scorer's are some kilobytes; an order keeps its alert, and is published with it. */
const MAX_ALERT_BYTES = 131_072;

/**
 * Reads an alert, also one from before reasons were grouped: its features are their own stories, with a share of 0;
 * those that lower the risk are the protective ones; its margins are NaN, its vector is empty,
 * and so is the print of its features.
 */
export function decodeRiskAlert(bytes: Uint8Array): Outcome<RiskAlert, 'undecodable'> {
  if (bytes.length > MAX_ALERT_BYTES) return refused('undecodable', `larger than ${MAX_ALERT_BYTES} bytes`);
  const wire = readPlain(readAlert, bytes);
  if (!wire.ok) return wire;
  if (!isWireAlert(wire.value)) return refused('undecodable', 'not an alert');
  const { alertId, episode, monthlyValueMinor, score, baseMargin, rawMargin, vector, featureSchemaSha256 } = wire.value;
  if (alertId === '') return refused('undecodable', 'alertId is empty');
  if (score === undefined) return refused('undecodable', 'score is missing');
  const parsed = fromWireScore(score);
  if (!parsed.ok) return parsed;
  const reasons = [...wire.value.reasons, ...wire.value.protectiveReasons].map(fromWireReason);
  if (![baseMargin, rawMargin, ...reasons.flatMap(numbersOf)].every(isFiniteOrAbsent)) {
    return refused('undecodable', 'a margin or a reason has a number that is not finite');
  }
  return accepted({
    alertId,
    episode,
    score: parsed.value,
    reasons: reasons.filter(({ direction }) => direction === 'raises'),
    protectiveReasons: reasons.filter(({ direction }) => direction === 'lowers'),
    baseMargin: baseMargin ?? Number.NaN,
    rawMargin: rawMargin ?? Number.NaN,
    vector: Float32Array.from(vector),
    featureSchemaSha256,
    monthlyValueMinor,
  });
}

interface WireRiskScore extends Omit<RiskScore, 'watermarkMs' | 'riskBand' | 'cause'> {
  readonly watermarkMs: number;
  readonly riskBand: RiskScore['riskBand'] | 'unspecified';
  readonly cause: RiskScore['cause'] | 'unspecified';
}

interface WireReason extends Omit<Reason, 'value' | 'typicalValue' | 'direction'> {
  readonly value?: number;
  readonly typicalValue?: number;
  readonly direction: Reason['direction'] | 'unspecified';
}

interface WireRiskAlert {
  readonly alertId: string;
  readonly episode: number;
  readonly score: WireRiskScore | undefined;
  readonly reasons: readonly WireReason[];
  readonly protectiveReasons: readonly WireReason[];
  readonly baseMargin?: number;
  readonly rawMargin?: number;
  readonly vector: readonly number[];
  readonly featureSchemaSha256: string;
  readonly monthlyValueMinor?: number;
}

function toWireScore(score: RiskScore): WireRiskScore {
  return { ...score, watermarkMs: score.watermarkMs ?? 0 };
}

function fromWireScore(wire: WireRiskScore): Outcome<RiskScore, 'undecodable'> {
  const { riskBand, cause, watermarkMs, riskScore } = wire;
  if (wire.subscriberId === '') return refused('undecodable', 'subscriberId is empty');
  if (riskBand === 'unspecified') return refused('undecodable', 'riskBand is missing');
  if (cause === 'unspecified') return refused('undecodable', 'cause is missing');
  if (!(riskScore >= 0 && riskScore <= 1)) return refused('undecodable', 'riskScore is not within 0 to 1');
  return accepted({ ...wire, riskBand, cause, watermarkMs: watermarkMs === 0 ? undefined : watermarkMs });
}

function fromWireReason(wire: WireReason): Reason {
  const direction = wire.direction === 'lowers' ? 'lowers' : 'raises';
  const story = wire.story === '' ? wire.feature : wire.story;
  return { ...wire, story, value: wire.value, typicalValue: wire.typicalValue, direction };
}

function numbersOf({ value, typicalValue, contribution, share }: Reason): readonly (number | undefined)[] {
  return [value, typicalValue, contribution, share];
}

/** JSON, which orders are kept in, has no other numbers. */
function isFiniteOrAbsent(number: number | undefined): boolean {
  return number === undefined || Number.isFinite(number);
}

function known(margin: number): number | undefined {
  return Number.isNaN(margin) ? undefined : margin;
}

/** The reader is compiled from the contract that the wire types mirror: what is left to see is that it was this one. */
function isWireAlert(plain: object): plain is WireRiskAlert {
  return 'alertId' in plain;
}
