import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Outcome } from '../../core/outcome.ts';
import type { PagePosition } from '../tmf/page-links.ts';
import { pageLinks } from '../tmf/page-links.ts';
import { tmfErrorSchema } from '../tmf/tmf-error.ts';
import { ApiError } from './api-error.ts';

export const DEFAULT_TMF_LIMIT = 20;

/** Paging and projection of every TMF list; every other parameter filters on the attribute of that name. */
export const tmfListQuerySchema = Type.Object(
  {
    // Beyond any list, and within the numbers that the store counts in.
    offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000, description: 'First item, default 0.' })),
    limit: Type.Optional(Type.Integer({ minimum: 0, maximum: 200, description: `Default ${DEFAULT_TMF_LIMIT}.` })),
    fields: Type.Optional(Type.String({ description: 'Attributes to answer, e.g. "state,relatedParty.id".' })),
  },
  { additionalProperties: true },
);

export const tmfFieldsQuerySchema = Type.Object({ fields: Type.Optional(Type.String()) });

export const tmfErrors = {
  400: tmfErrorSchema,
  401: tmfErrorSchema,
  403: tmfErrorSchema,
  404: tmfErrorSchema,
  405: tmfErrorSchema,
  409: tmfErrorSchema,
  413: tmfErrorSchema,
  414: tmfErrorSchema,
  415: tmfErrorSchema,
  500: tmfErrorSchema,
  503: tmfErrorSchema,
} as const;

/** TMF630 names 206 for partial pages, the APIs' files only 200: it is 200, and `Link` says that there is more. */
export function setPageHeaders(reply: FastifyReply, url: string, position: PagePosition, count: number): void {
  void reply.headers({
    'x-total-count': String(position.total),
    'x-result-count': String(count),
    link: pageLinks(url, position),
  });
}

const statusOf: Readonly<Record<string, number>> = {
  not_found: 404,
  version_mismatch: 412,
  order_closed: 409,
  illegal_transition: 409,
  not_patchable: 400,
  invalid_value: 400,
};

/** The value, or the refusal thrown as the status that it stands for. */
export function valueOrApiError<T>(outcome: Outcome<T, string>): T {
  if (outcome.ok) return outcome.value;
  throw new ApiError(statusOf[outcome.reason] ?? 500, outcome.reason, outcome.detail);
}

/** Answers 405 with what is allowed instead. */
export function methodNotAllowed(allow: string): never {
  throw new ApiError(405, 'method_not_allowed', 'this operation is not offered', { allow });
}
