import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { tmfError } from '../tmf/tmf-error.ts';
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

type ErrorReply = (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/** Answers an error as problem+json. */
export const replyWithProblem: ErrorReply = (error, request, reply) => {
  const { status, code, message, headers } = prepared(error, request);
  return reply
    .code(status)
    .headers(headers)
    .type('application/problem+json; charset=utf-8')
    .send(
      JSON.stringify({
        type: 'about:blank',
        title: STATUS_CODES[status] ?? 'Error',
        status,
        detail: message,
        instance: `urn:request:${request.id}`,
        code,
      }),
    );
};

/** Answers an error as TMF630 asks under /tmf-api. */
export const replyWithTmfError: ErrorReply = (error, request, reply) => {
  const { status, code, message, headers } = prepared(error, request);
  const body = tmfError(status, code, STATUS_CODES[status] ?? 'Error', message);
  return reply.code(status).headers(headers).type('application/json; charset=utf-8').send(JSON.stringify(body));
};

export function notFound(): ApiError {
  return new ApiError(404, 'not_found', 'there is no such resource');
}

/** The request's address is not logged: it may hold what should not be in it, such as a phone number. */
function prepared(error: unknown, request: FastifyRequest): ApiError {
  const answer = toApiError(error);
  if (answer.status >= 500) request.log.error({ err: error, requestId: request.id }, 'request failed');
  return answer;
}
