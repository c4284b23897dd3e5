import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import { ApiError } from './api-error.ts';

/** What may come together before the next caller is better off elsewhere, or later. */
export interface OverloadLimits {
  /** Requests being answered at once. */
  readonly requestsInFlight: number;
  /** Mean time by which the event loop's turns come late; 0 for not looking at it. */
  readonly eventLoopDelayMs: number;
  /** How long that is measured, and then holds. A loop that did not turn at all meanwhile counts as late. */
  readonly measuredForMs: number;
}

/**
 * Some 1,200 risks a second can be answered at most: 100 at once are answered within a tenth of a second. Where Redis hangs,
 * so many wait for as long as a command may take, and nobody else does. An answer takes two or three turns of the event loop:
 * where each comes half a second late, none is given in time.
 */
export const OVERLOAD_LIMITS: OverloadLimits = { requestsInFlight: 100, eventLoopDelayMs: 500, measuredForMs: 2_000 };

const RETRY_AFTER = { 'retry-after': '1' };

/**
 * Answers 503 with Retry-After to requests for the routes of `app` while too much is under way, before credentials are
 * looked at: what cannot be answered soon is refused at once, so that what is accepted is still answered in time.
 */
export async function refuseOverload(app: FastifyInstance, limits: OverloadLimits): Promise<void> {
  let inFlight = 0;
  app.addHook('onRequest', (_request, reply, done) => {
    inFlight++;
    // Also where the caller has gone away.
    reply.raw.once('close', () => {
      inFlight--;
    });
    done(inFlight > limits.requestsInFlight ? overloaded('too many requests are being answered') : undefined);
  });
  await app.register(underPressure, {
    maxEventLoopDelay: limits.eventLoopDelayMs,
    sampleInterval: limits.measuredForMs,
    pressureHandler: () => Promise.reject(overloaded('the service is busy')),
  });
}

function overloaded(cause: string): ApiError {
  return new ApiError(503, 'overloaded', `${cause}: try again later`, RETRY_AFTER);
}
