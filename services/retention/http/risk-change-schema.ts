import { Type } from 'typebox';
import type { Static } from 'typebox';
import { probabilityOf } from '../../core/explain/score-tree.ts';
import type { ChangeSinceAlert } from '../explain-since-alert.ts';
import { staleNoticesOf, stalenessCauses } from '../risk-freshness.ts';
import { isoTime } from '../tmf/iso-time.ts';
import { reasonSchema, riskSummarySchema, staleNoticeSchema, toFreshness } from './risk-schemas.ts';
import { maybe } from './schema.ts';

const probability = { minimum: 0, maximum: 1 };
const { subscriberId, asOf, modelVersion, policyVersion } = riskSummarySchema.properties;
const { story, feature, unit, direction, textEn, textZh } = reasonSchema.properties;

export const riskChangeSchema = Type.Object(
  {
    subscriberId,
    since: Type.Object(
      {
        alertId: Type.String(),
        asOf: Type.String({ format: 'date-time' }),
        riskScore: Type.Number({ ...probability, description: 'As the alert told it, by the model of then.' }),
        modelVersion: Type.String(),
      },
      { description: 'The alert.' },
    ),
    asOf,
    modelVersion,
    policyVersion,
    fresh: Type.Boolean({ description: 'False when the answer must not be taken as current; see stale.' }),
    stale: Type.Array(Type.Enum([...stalenessCauses])),
    staleNotices: Type.Array(staleNoticeSchema, { description: 'Why it is not current; empty when fresh.' }),
    fromScore: Type.Number({ ...probability, description: 'Of the features of the alert, by the model of now.' }),
    toScore: Type.Number({ ...probability, description: 'Of the features of now.' }),
    fromMargin: Type.Number({ description: 'Log-odds of fromScore.' }),
    toMargin: Type.Number({ description: 'Log-odds of toScore: fromMargin and the contributions of all changes.' }),
    changes: Type.Array(
      Type.Object(
        {
          story,
          feature,
          fromValue: maybe(Type.Number({ description: 'Absent when unknown.' })),
          toValue: maybe(Type.Number({ description: 'Absent when unknown.' })),
          unit,
          direction,
          contribution: Type.Number({ description: 'Change of the contribution, in log-odds.' }),
          share: Type.Number({ description: 'Its size as a share of the sizes of all changes, 0 to 1.' }),
          textEn,
          textZh,
        },
        { title: 'ReasonChange' },
      ),
      {
        description:
          'All that moved the score, the strongest first; the last entry, "other", gathers what is too small or reads the same as before.',
      },
    ),
  },
  { title: 'RiskChange' },
);

export function toRiskChange({ order, change }: ChangeSinceAlert, nowMs: number): Static<typeof riskChangeSchema> {
  const { score } = change;
  const { fromMargin, toMargin, changes } = change.change;
  const { risk } = order;
  return {
    subscriberId: score.subscriberId,
    since: {
      alertId: order.alertId,
      asOf: isoTime(risk.asOfMs),
      riskScore: risk.riskScore,
      modelVersion: risk.modelVersion,
    },
    asOf: isoTime(score.asOfMs),
    modelVersion: score.modelVersion,
    policyVersion: score.policyVersion,
    ...toFreshness(staleNoticesOf(change, nowMs)),
    fromScore: probabilityOf(fromMargin),
    toScore: probabilityOf(toMargin),
    fromMargin,
    toMargin,
    changes: [...changes],
  };
}
