import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { tmfError } from '../tmf/tmf-error.ts';
import { TMF_PREFIX } from '../tmf/tmf-urls.ts';
import { ApiError } from './api-error.ts';
import { toApiError } from './to-api-error.ts';

/** RFC 9457. */
export const problemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String(),
    code: Type.String(),
  },
  { title: 'Problem' },
);

export const PROBLEM_TYPE = 'application/problem+json';

/** A problem as the answer of an operation, for its description. */
export const problemAnswer = {
  description: 'A problem',
  content: { [PROBLEM_TYPE]: { schema: problemSchema } },
};

/** What may be wrong about any request, whatever it asks for: too large, too long, or of another kind. */
export const refusedRequests = { 413: problemAnswer, 414: problemAnswer, 415: problemAnswer };

type ErrorReply = (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/** Answers an error as problem+json. */
export const replyWithProblem: ErrorReply = (error, request, reply) => {
  const { status, code, message, headers } = prepared(error, request);
  return reply
    .code(status)
    .headers(headers)
    .type(`${PROBLEM_TYPE}; charset=utf-8`)
    .send(problemBody({ status, code, detail: message, instance: request.id }));
};

/** @param problem.instance id of the request. */
export function problemBody(problem: {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly instance: string;
}): string {
  const { status, code, detail, instance } = problem;
  const title = STATUS_CODES[status] ?? 'Error';
  return JSON.stringify({ type: 'about:blank', title, status, detail, instance: `urn:request:${instance}`, code });
}

/** Answers an error as TMF630 asks under /tmf-api. */
export const replyWithTmfError: ErrorReply = (error, request, reply) => {
  const { status, code, message, headers } = prepared(error, request);
  const body = tmfError(status, code, STATUS_CODES[status] ?? 'Error', message);
  return reply.code(status).headers(headers).type('application/json; charset=utf-8').send(JSON.stringify(body));
};

/** For what is refused before it has reached a route. */
export const replyForPath: ErrorReply = (error, request, reply) =>
  (request.url.startsWith(TMF_PREFIX) ? replyWithTmfError : replyWithProblem)(error, request, reply);

export function notFound(): ApiError {
  return new ApiError(404, 'not_found', 'there is no such resource');
}

/** The request's address is not logged: it may hold what should not be in it, such as a phone number. */
function prepared(error: unknown, request: FastifyRequest): ApiError {
  const answer = toApiError(error);
  // That a part is away is told once, not with every request; what a deployment does not offer is no failure.
  if (answer.status === 503 || answer.status === 501)
    request.log.debug({ err: error, requestId: request.id }, 'request refused for now');
  else if (answer.status >= 500) request.log.error({ err: error, requestId: request.id }, 'request failed');
  return answer;
}
