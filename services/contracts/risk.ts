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
  return writeAlert({ ...alert, score: toWireScore(alert.score) });
}

export function decodeRiskAlert(bytes: Uint8Array): Outcome<RiskAlert, 'undecodable'> {
  const wire = readPlain(readAlert, bytes);
  if (!wire.ok) return wire;
  if (!isWireAlert(wire.value)) return refused('undecodable', 'not an alert');
  const { alertId, episode, monthlyValueMinor, reasons, score } = wire.value;
  if (alertId === '') return refused('undecodable', 'alertId is empty');
  if (score === undefined) return refused('undecodable', 'score is missing');
  const parsed = fromWireScore(score);
  if (!parsed.ok) return parsed;
  return accepted({ alertId, episode, score: parsed.value, reasons: reasons.map(fromWireReason), monthlyValueMinor });
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
  return { ...wire, value: wire.value, typicalValue: wire.typicalValue, direction };
}

/** The reader is compiled from the contract that the wire types mirror: what is left to see is that it was this one. */
function isWireAlert(plain: object): plain is WireRiskAlert {
  return 'alertId' in plain;
}
