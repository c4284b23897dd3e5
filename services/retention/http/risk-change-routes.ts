import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { explainSinceAlert } from '../explain-since-alert.ts';
import type { NoChangeReason } from '../explain-since-alert.ts';
import type { OrderStore } from '../order-store.ts';
import type { RiskReader } from '../risk-reader.ts';
import { ApiError } from './api-error.ts';
import { problemAnswer, refusedRequests } from './error-replies.ts';
import { riskChangeSchema, toRiskChange } from './risk-change-schema.ts';
import { subscriberIdSchema } from './risk-schemas.ts';

export interface RiskChangeRoutesDeps {
  readonly reader: Pick<RiskReader, 'readChange' | 'featureSchemaSha256'>;
  readonly store: Pick<OrderStore, 'get'>;
  readonly now: () => number;
}

const statusOf: Readonly<Record<NoChangeReason, number>> = {
  not_found: 404,
  vector_not_kept: 409,
  other_features: 409,
};

/** Why did it change: the risk of now against the one that an alert told. */
export const riskChangeRoutes: FastifyPluginCallbackTypebox<RiskChangeRoutesDeps> = (app, deps, done) => {
  app.get(
    '/subscribers/:id/risk/change',
    {
      config: { scope: 'churn:score:read' },
      schema: {
        summary: 'Why the risk of a subscriber has changed since an alert',
        description:
          'The features that the alert was raised on against those of now, both under the model of now. The ' +
          'contributions of all changes add up to toMargin - fromMargin. 409 where the order of the alert keeps no ' +
          'features, does not say which they are, or keeps others than there are now.',
        tags: ['risk'],
        params: Type.Object({ id: subscriberIdSchema }),
        querystring: Type.Object(
          { since: Type.String({ minLength: 1, maxLength: 200, description: 'Id of an alert of this subscriber.' }) },
          { additionalProperties: false },
        ),
        response: {
          200: riskChangeSchema,
          ...refusedRequests,
          400: problemAnswer,
          401: problemAnswer,
          403: problemAnswer,
          404: problemAnswer,
          409: problemAnswer,
          503: problemAnswer,
        },
      },
    },
    async (request) => {
      const explained = await explainSinceAlert(deps, request.params.id, request.query.since);
      if (!explained.ok) throw new ApiError(statusOf[explained.reason], explained.reason, explained.detail);
      return toRiskChange(explained.value, deps.now());
    },
  );
  done();
};
