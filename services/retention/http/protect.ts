import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticate, Credentials } from '../auth/authenticate.ts';
import type { Scope } from '../auth/scopes.ts';
import { ApiError } from './api-error.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Scope that a caller needs; every protected route names one. */
    scope?: Scope;
  }
}

/**
 * Demands credentials with the route's scope for all routes that are registered on `app` afterwards.
 *
 * @throws while starting, for a route that names no scope: forgetting must not open a door.
 */
export function protect(app: FastifyInstance, authenticate: Authenticate): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.scope === undefined) throw new Error(`route ${String(method)} ${url} names no scope`);
  });
  app.addHook('onRequest', (request, _reply, done) => {
    done(refusalOf(request, authenticate));
  });
}

function refusalOf(request: FastifyRequest, authenticate: Authenticate): ApiError | undefined {
  const principal = authenticate(credentialsOf(request));
  if (!principal.ok) {
    const challenge = { 'www-authenticate': 'Bearer realm="churn-warning"' };
    return new ApiError(401, principal.reason, principal.detail, challenge);
  }
  const { scope } = request.routeOptions.config;
  if (scope === undefined || principal.value.scopes.has(scope)) return undefined;
  const challenge = {
    'www-authenticate': `Bearer realm="churn-warning", error="insufficient_scope", scope="${scope}"`,
  };
  return new ApiError(403, 'insufficient_scope', `the scope ${scope} is needed`, challenge);
}

function credentialsOf(request: FastifyRequest): Credentials {
  const apiKey = request.headers['x-api-key'];
  const bearer = /^Bearer +([^ ]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return { apiKey: typeof apiKey === 'string' ? apiKey : undefined, bearerToken: bearer };
}
