import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { listRiskAssessments } from '../list-risk-assessments.ts';
import type { RiskReader } from '../risk-reader.ts';
import { riskAssessmentSchema, toTmfRiskAssessment } from '../tmf/risk-assessment.ts';
import { filtersOf, project } from '../tmf/tmf-query.ts';
import type { TmfUrls } from '../tmf/tmf-urls.ts';
import { RISK_PATH } from '../tmf/tmf-urls.ts';
import { subscriberIdSchema } from './risk-schemas.ts';
import {
  DEFAULT_TMF_LIMIT,
  methodNotAllowed,
  setPageHeaders,
  tmfErrors,
  tmfFieldsQuerySchema,
  tmfListQuerySchema,
  valueOrApiError,
} from './tmf-replies.ts';

export interface RiskAssessmentRoutesDeps {
  readonly reader: RiskReader;
  readonly urls: TmfUrls;
  readonly publicBaseUrl: string;
  readonly now: () => number;
}

const tags = ['TMF696 risk'];

/** TMF696 v4 partyRoleRiskAssessment: list and get of the last decided risk. */
export const riskAssessmentRoutes: FastifyPluginCallbackTypebox<RiskAssessmentRoutesDeps> = (app, deps, done) => {
  const { reader, urls, publicBaseUrl, now } = deps;

  app.get(
    '/partyRoleRiskAssessment',
    {
      config: { scope: 'churn:score:read' },
      schema: {
        summary: 'Assessments of high, then medium risk',
        description: 'partyRole.id=… or id=… answers that subscriber whatever the band. Other filters are not offered.',
        tags,
        querystring: tmfListQuerySchema,
        response: { 200: Type.Array(riskAssessmentSchema), ...tmfErrors },
      },
    },
    async (request, reply) => {
      const { offset = 0, limit = DEFAULT_TMF_LIMIT, fields } = request.query;
      const listed = await listRiskAssessments(reader, { filters: filtersOf(request.query), offset, limit });
      const { scores, total } = valueOrApiError(listed);
      const url = new URL(`${publicBaseUrl}${RISK_PATH}/partyRoleRiskAssessment`);
      url.search = new URL(request.url, publicBaseUrl).search;
      setPageHeaders(reply, url.href, { offset, limit, total }, scores.length);
      return scores.map((score) => project(toTmfRiskAssessment(score, undefined, urls, now()), fields));
    },
  );

  app.get(
    '/partyRoleRiskAssessment/:id',
    {
      config: { scope: 'churn:score:read' },
      schema: {
        summary: 'Risk of one subscriber',
        tags,
        params: Type.Object({ id: subscriberIdSchema }),
        querystring: tmfFieldsQuerySchema,
        response: { 200: riskAssessmentSchema, ...tmfErrors },
      },
    },
    async (request) => {
      const answer = await reader.read(request.params.id, 'top');
      if (answer === undefined) return valueOrApiError({ ok: false, reason: 'not_found', detail: 'never scored' });
      return project(toTmfRiskAssessment(answer.score, answer, urls, now()), request.query.fields);
    },
  );

  app.post(
    '/partyRoleRiskAssessment',
    {
      config: { scope: 'churn:score:write' },
      schema: { summary: 'Not offered: the log decides', tags, response: tmfErrors },
    },
    () => methodNotAllowed('GET, HEAD'),
  );
  app.delete(
    '/partyRoleRiskAssessment/:id',
    { config: { scope: 'churn:score:write' }, schema: { summary: 'Not offered', tags, response: tmfErrors } },
    () => methodNotAllowed('GET, HEAD'),
  );
  done();
};
