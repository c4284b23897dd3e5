import { encodeReportedOutcome } from '../../../services/contracts/reported-outcome.ts';
import { encodeRiskAlert } from '../../../services/contracts/risk.ts';
import type { ReportedOutcome } from '../../../services/core/work-orders/reported-outcome.ts';
import { sampleAlert, sampleReason, sampleScore } from '../../support/sample-alert.ts';

/** A bad record of a topic that retention reads, and the reason that it has to be parked for. */
export interface DeskRubbish {
  readonly kind: string;
  readonly reason: string;
  readonly value: Buffer | null;
}

const alert = Buffer.from(encodeRiskAlert(sampleAlert()));

export const ALERT_RUBBISH: readonly DeskRubbish[] = [
  { kind: 'tombstone', reason: 'undecodable', value: null },
  { kind: 'no bytes', reason: 'undecodable', value: Buffer.alloc(0) },
  { kind: 'truncated', reason: 'undecodable', value: alert.subarray(0, -2) },
  { kind: 'noise', reason: 'undecodable', value: Buffer.from('ff00d3a5c1', 'hex') },
  { kind: 'JSON', reason: 'undecodable', value: Buffer.from('{"alertId":"al-1"}') },
  { kind: 'Confluent framing', reason: 'undecodable', value: Buffer.concat([Buffer.from([0, 0, 0, 0, 7, 0]), alert]) },
  { kind: 'no alert id', reason: 'undecodable', value: alertOf({ alertId: '' }) },
  { kind: 'NaN', reason: 'undecodable', value: alertOf({ score: sampleScore({ riskScore: Number.NaN }) }) },
  { kind: 'score of 7', reason: 'undecodable', value: alertOf({ score: sampleScore({ riskScore: 7 }) }) },
  { kind: 'infinite reason', reason: 'undecodable', value: alertOf({ reasons: [sampleReason({ share: Infinity })] }) },
  { kind: '10 MB field', reason: 'undecodable', value: alertOf({ featureSchemaSha256: 'a'.repeat(10_000_000) }) },
];

export const OUTCOME_RUBBISH: readonly DeskRubbish[] = [
  { kind: 'tombstone', reason: 'undecodable', value: null },
  { kind: 'noise', reason: 'undecodable', value: Buffer.from('ff00d3a5c1', 'hex') },
  { kind: 'truncated', reason: 'undecodable', value: outcomeOf({}).subarray(0, -1) },
  { kind: 'half a JSON', reason: 'undecodable', value: Buffer.from('{"outcomeId":"o-1",') },
  { kind: 'JSON of another kind', reason: 'undecodable', value: Buffer.from('{"hello":"world"}') },
  { kind: 'JSON that is no UTF-8', reason: 'undecodable', value: Buffer.from([0x7b, 0xc3, 0x28, 0x7d]) },
  { kind: 'long id', reason: 'undecodable', value: outcomeOf({ representativeId: 'r'.repeat(1_000) }) },
  { kind: '10 MB field', reason: 'undecodable', value: outcomeOf({ offerId: 'o'.repeat(10_000_000) }) },
  { kind: 'no result', reason: 'not_found', value: outcomeOf({ result: 'unspecified' }) },
  { kind: 'order of nobody', reason: 'not_found', value: outcomeOf({}) },
];

function alertOf(changes: Parameters<typeof sampleAlert>[0]): Buffer {
  return Buffer.from(encodeRiskAlert(sampleAlert(changes)));
}

function outcomeOf(changes: Partial<ReportedOutcome>): Buffer {
  const report: ReportedOutcome = {
    outcomeId: 'out-1',
    workOrderId: 'wo-nobody',
    occurredAtMs: Date.UTC(2026, 9, 21),
    result: 'won',
    cause: 'price',
    offerId: '',
    representativeId: '',
  };
  return Buffer.from(encodeReportedOutcome({ ...report, ...changes }));
}
