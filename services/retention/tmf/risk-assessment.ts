import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { RiskScore } from '../../core/risk/risk.ts';
import { toFreshness } from '../http/risk-schemas.ts';
import { maybe } from '../http/schema.ts';
import { staleNoticesOf } from '../risk-freshness.ts';
import type { RiskAnswer } from '../risk-reader.ts';
import { isoTime } from './iso-time.ts';
import type { TmfUrls } from './tmf-urls.ts';
import { characteristicSchema } from './work-order-schema.ts';
import type { TmfCharacteristic } from './work-order-schema.ts';

/**
 * TMF696 v4 PartyRoleRiskAssessment. Scores are 0–100. The closed list of risk names has none for churn, so the kind of
 * risk is the characteristic `riskType`, and `score[]` is not sent.
 */
export const riskAssessmentSchema = Type.Object(
  {
    id: maybe(Type.String()),
    href: maybe(Type.String()),
    status: maybe(Type.String()),
    partyRole: maybe(
      Type.Object({ id: Type.String(), role: maybe(Type.String()), '@referredType': maybe(Type.String()) }),
    ),
    characteristic: maybe(Type.Array(characteristicSchema)),
    riskAssessmentResult: maybe(
      Type.Object({
        overallScore: Type.Number({ minimum: 0, maximum: 100 }),
        validFor: maybe(Type.Object({ startDateTime: Type.String({ format: 'date-time' }) })),
      }),
    ),
    '@type': maybe(Type.String()),
    '@baseType': maybe(Type.String()),
  },
  { title: 'PartyRoleRiskAssessment' },
);
export type TmfRiskAssessment = Static<typeof riskAssessmentSchema>;

type ExplainedRisk = Pick<RiskAnswer, 'baseMargin' | 'rawMargin' | 'reasons' | 'protectiveReasons' | 'health'>;

/**
 * The risk of a subscriber; reasons, margins and what it lacks where they are known. The assessment's id is the subscriber's.
 *
 * @param nowMs decides about nothing but the notices on freshness.
 */
export function toTmfRiskAssessment(
  score: RiskScore,
  explained: ExplainedRisk | undefined,
  urls: TmfUrls,
  nowMs: number,
): TmfRiskAssessment {
  const asOf = isoTime(score.asOfMs);
  return {
    id: score.subscriberId,
    href: urls.riskAssessment(score.subscriberId),
    status: 'Completed',
    partyRole: { id: score.subscriberId, role: 'subscriber', '@referredType': 'Customer' },
    characteristic: characteristicsOf(score, explained, nowMs),
    riskAssessmentResult: { overallScore: toPercent(score.riskScore), validFor: { startDateTime: asOf } },
    '@type': 'ChurnRiskAssessment',
    '@baseType': 'PartyRoleRiskAssessment',
  };
}

function characteristicsOf(score: RiskScore, explained: ExplainedRisk | undefined, nowMs: number): TmfCharacteristic[] {
  const characteristics: TmfCharacteristic[] = [
    { name: 'riskType', valueType: 'string', value: 'ChurnRisk' },
    { name: 'riskScore', valueType: 'number', value: score.riskScore },
    { name: 'riskBand', valueType: 'string', value: score.riskBand },
    { name: 'asOf', valueType: 'string', value: isoTime(score.asOfMs) },
    { name: 'modelVersion', valueType: 'string', value: score.modelVersion },
    { name: 'policyVersion', valueType: 'string', value: score.policyVersion },
    { name: 'staleFeeds', valueType: 'array', value: score.staleFeeds },
    { name: 'episode', valueType: 'number', value: score.episode },
  ];
  if (explained === undefined) return characteristics;
  const { baseMargin, rawMargin, reasons, protectiveReasons, health } = explained;
  const { fresh, staleNotices } = toFreshness(staleNoticesOf({ score, health }, nowMs));
  return [
    ...characteristics,
    { name: 'fresh', valueType: 'boolean', value: fresh },
    { name: 'staleNotices', valueType: 'array', value: staleNotices },
    { name: 'baseMargin', valueType: 'number', value: baseMargin },
    { name: 'rawMargin', valueType: 'number', value: rawMargin },
    { name: 'reasonCodes', valueType: 'array', value: reasons.map(({ story }) => story) },
    { name: 'reasons', valueType: 'array', value: reasons },
    { name: 'protectiveReasons', valueType: 'array', value: protectiveReasons },
  ];
}

/** Two decimals: more would be noise, and whole percents would tie too many customers. */
function toPercent(riskScore: number): number {
  return Math.round(riskScore * 10_000) / 100;
}
