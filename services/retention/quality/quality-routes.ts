import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { MIN_SCORES, SHIFT_ALARM_PSI } from '../../core/quality/measure-drift.ts';
import type { MeasuredDrift } from '../../core/quality/measure-drift.ts';
import type { VersionOutcomes } from '../../core/quality/measure-quality.ts';
import { problemAnswer, refusedRequests } from '../http/error-replies.ts';
import { maybe } from '../http/schema.ts';
import type { QualityReader, QualityReport } from './read-quality.ts';

const psi = Type.Number({ minimum: 0, description: 'Population stability index, what chance brings about taken off.' });
const share = Type.Number({ minimum: 0, maximum: 1 });
const count = Type.Integer({ minimum: 0 });

const driftSchema = Type.Object({
  scores: Type.Integer({ description: `Daily scores in the sample; below ${MIN_SCORES} no index is given.` }),
  referenceScores: Type.Integer({ description: 'Of what they are compared with.' }),
  scorePsi: maybe(psi),
  features: Type.Array(Type.Object({ name: Type.String(), psi: maybe(psi) }), {
    description: 'Those that the model uses, the farthest first.',
  }),
});

const outcomesSchema = Type.Object({ gone: count, stayed: count, highGone: count, highStayed: count });

const qualitySchema = Type.Object({
  modelVersion: Type.String(),
  hour: maybe(Type.String({ format: 'date-time', description: 'Begin of the newest hour of event time with scores.' })),
  dailyScores: Type.Integer({ description: 'Of the last day: one for each subscriber.' }),
  bandShares: maybe(Type.Object({ low: share, medium: share, high: share })),
  shift: Type.Object(
    { ...driftSchema.properties, alarmAbove: Type.Number() },
    { description: 'The last four hours against the same hours of the seven days before.' },
  ),
  drift: Type.Object(driftSchema.properties, {
    description: 'The last evening against the population that the model was made for.',
  }),
  versions: Type.Array(
    Type.Object({
      modelVersion: Type.String(),
      recent: Type.Object(
        {
          gone: count,
          stayed: count,
          auc: maybe(share),
          highPrecision: maybe(share),
          brier: maybe(share),
          calibrationError: maybe(share),
        },
        { description: 'Predictions that matured in the last 30 to 60 days, of customers nobody spoke with.' },
      ),
      untouched: outcomesSchema,
      contacted: outcomesSchema,
    }),
    { description: 'What became of what each version of the model predicted.' },
  ),
});

/** How the model does: drift, bands, and what became of its predictions. */
export const qualityRoutes: FastifyPluginCallbackTypebox<{ readonly quality: QualityReader }> = (
  app,
  { quality },
  done,
) => {
  app.get(
    '/model/quality',
    {
      config: { scope: 'churn:score:read' },
      schema: {
        summary: 'How the model does: drift, and what became of its predictions',
        tags: ['model'],
        response: {
          ...refusedRequests,
          200: qualitySchema,
          401: problemAnswer,
          403: problemAnswer,
          503: problemAnswer,
        },
      },
    },
    async () => toQuality(await quality.read()),
  );
  done();
};

function toQuality({ model, versions }: QualityReport): Static<typeof qualitySchema> {
  const { modelVersion, hourMs, dailyScores, bandShares, shift, drift } = model;
  return {
    modelVersion,
    hour: hourMs === undefined ? undefined : new Date(hourMs).toISOString(),
    dailyScores,
    bandShares: bandShares === undefined ? undefined : { ...bandShares },
    shift: { ...toDrift(shift), alarmAbove: SHIFT_ALARM_PSI },
    drift: toDrift(drift),
    versions: versions.map(toOutcomes),
  };
}

function toDrift({ scores, referenceScores, scorePsi, features }: MeasuredDrift): Static<typeof driftSchema> {
  const farthestFirst = features.toSorted((a, b) => (b.psi ?? 0) - (a.psi ?? 0));
  return { scores, referenceScores, scorePsi, features: farthestFirst.map((feature) => ({ ...feature })) };
}

function toOutcomes({ modelVersion, recent, untouched, contacted }: VersionOutcomes) {
  return { modelVersion, recent: { ...recent }, untouched: { ...untouched }, contacted: { ...contacted } };
}
