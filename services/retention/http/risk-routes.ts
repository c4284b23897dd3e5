import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ReasonDetail, RiskAnswer, RiskReader } from '../risk-reader.ts';
import { ApiError } from './api-error.ts';
import { problemAnswer, refusedRequests } from './error-replies.ts';
import {
  partitionHealthSchema,
  reasonDetailSchema,
  riskSchema,
  riskSummarySchema,
  subscriberIdSchema,
  toPartitionHealth,
  toRisk,
  toRiskSummary,
} from './risk-schemas.ts';
import { maybe } from './schema.ts';

export interface RiskRoutesDeps {
  readonly reader: RiskReader;
  /** Turns a number into its pseudonym; undefined where no secret is configured. */
  readonly pseudonymOf: ((number: string) => string) | undefined;
  readonly now: () => number;
}

const DEFAULT_LIMIT = 50;
const scope = 'churn:score:read' as const;
const tags = ['risk'];
const problems = { ...refusedRequests, 400: problemAnswer, 401: problemAnswer, 403: problemAnswer, 503: problemAnswer };

/** The service's own answers about risk: by pseudonym, by number, by band, and the health of the feeds. */
export const riskRoutes: FastifyPluginCallbackTypebox<RiskRoutesDeps> = (app, { reader, pseudonymOf, now }, done) => {
  app.get(
    '/subscribers/:id/risk',
    {
      config: { scope },
      schema: {
        summary: 'Risk of a subscriber, with reasons and features',
        tags,
        params: Type.Object({ id: subscriberIdSchema }),
        querystring: reasonDetailSchema,
        response: { 200: riskSchema, ...problems, 404: problemAnswer },
      },
    },
    async (request) => toRisk(await known(reader, request.params.id, request.query.reasons), now()),
  );

  app.post(
    '/risk-queries',
    {
      config: { scope },
      schema: {
        summary: 'Risk of the subscriber with a phone number',
        description: 'The number goes in the body because addresses are logged by many a proxy; here it never is.',
        tags,
        body: Type.Object(
          { number: Type.String({ pattern: '^\\+?[1-9]\\d{5,14}$' }) },
          { additionalProperties: false },
        ),
        querystring: reasonDetailSchema,
        response: { 200: riskSchema, ...problems, 404: problemAnswer, 501: problemAnswer },
      },
    },
    async (request) => {
      if (pseudonymOf === undefined) {
        throw new ApiError(501, 'not_configured', 'queries by number need the secret of the pseudonyms');
      }
      const subscriberId = pseudonymOf(request.body.number.replace('+', ''));
      return toRisk(await known(reader, subscriberId, request.query.reasons), now());
    },
  );

  app.get(
    '/risks',
    {
      config: { scope },
      schema: {
        summary: 'Subscribers of a band',
        tags,
        querystring: Type.Object(
          {
            band: Type.Optional(Type.Enum(['high', 'medium'], { description: 'Default high.' })),
            after: Type.Optional(Type.String({ maxLength: 200, description: '`next` of the page before.' })),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: `Default ${DEFAULT_LIMIT}.` })),
          },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({
            risks: Type.Array(riskSummarySchema),
            total: Type.Integer(),
            next: maybe(Type.String({ description: 'Absent on the last page.' })),
          }),
          ...problems,
        },
      },
    },
    async (request) => {
      const { band = 'high', after, limit = DEFAULT_LIMIT } = request.query;
      const { scores, next, total } = await reader.list(band, after, limit);
      return { risks: scores.map(toRiskSummary), total, next };
    },
  );

  app.get(
    '/feeds',
    {
      config: { scope },
      schema: {
        summary: 'How far each feed has come, by partition',
        tags,
        response: { 200: Type.Object({ partitions: Type.Array(partitionHealthSchema) }), ...problems },
      },
    },
    async () => ({ partitions: (await reader.feeds()).map(toPartitionHealth) }),
  );
  done();
};

async function known(reader: RiskReader, subscriberId: string, detail: ReasonDetail = 'top'): Promise<RiskAnswer> {
  const answer = await reader.read(subscriberId, detail);
  if (answer === undefined) throw new ApiError(404, 'not_found', 'this subscriber was never scored');
  return answer;
}
