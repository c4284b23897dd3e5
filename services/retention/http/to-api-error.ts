import type { FastifyError } from 'fastify';
import { isRedisOutage } from '../../platform/redis/is-redis-outage.ts';
import { isMissingRight } from '../../platform/redis/missing-right.ts';
import { UnknownCursorError } from '../risk-reader.ts';
import { ApiError } from './api-error.ts';
import { validationDetail } from './validation-detail.ts';

/** Texts for what the framework refuses; its own may quote the request, which can hold a phone number. */
const refusedByFramework: Readonly<Record<number, readonly [code: string, detail: string]>> = {
  400: ['invalid_request', 'the request is malformed'],
  404: ['not_found', 'there is no such resource'],
  413: ['too_large', 'the request is too large'],
  414: ['too_long', 'the address is too long'],
  415: ['unsupported_media_type', 'the body must be application/json, or application/merge-patch+json'],
};

/** Any error as an answer. Those of 500 and above say nothing about the inside. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (!(error instanceof Error)) return internalError();
  if (error instanceof UnknownCursorError) return new ApiError(400, 'invalid_request', error.message);
  if (isValidationError(error)) {
    const { validation, validationContext = 'request' } = error;
    return new ApiError(400, 'invalid_request', validationDetail(validation, validationContext));
  }
  if (isRedisOutage(error) || isMissingRight(error) || ('retryable' in error && error.retryable === true)) {
    return new ApiError(503, 'unavailable', 'try again later', { 'retry-after': '1' });
  }
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  const known = refusedByFramework[status];
  return known === undefined ? internalError() : new ApiError(status, ...known);
}

function isValidationError(error: Error): error is FastifyError & Required<Pick<FastifyError, 'validation'>> {
  return 'validation' in error && Array.isArray(error.validation);
}

function internalError(): ApiError {
  return new ApiError(500, 'internal_error', 'an internal error occurred');
}
