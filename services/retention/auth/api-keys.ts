import { createHash, timingSafeEqual } from 'node:crypto';
import { accepted, refused } from '../../core/outcome.ts';
import type { Authenticate } from './authenticate.ts';
import type { Scope } from './scopes.ts';

/** A key as configured: only its SHA-256 is kept, so that a leaked configuration opens nothing. */
export interface ApiKey {
  readonly name: string;
  readonly sha256: Buffer;
  readonly scopes: readonly Scope[];
}

export function createApiKeyAuthentication(keys: readonly ApiKey[]): Authenticate {
  const principals = keys.map(({ name, sha256, scopes }) => ({ sha256, principal: { name, scopes: new Set(scopes) } }));
  return function authenticateByKey({ apiKey }) {
    if (apiKey === undefined) return refused('no_credentials', 'no API key');
    const digest = createHash('sha256').update(apiKey).digest();
    // Every key is compared, so that the time taken tells nothing about which one was close.
    const matching = principals.filter(({ sha256 }) => timingSafeEqual(sha256, digest));
    const [match] = matching;
    return match === undefined ? refused('invalid_credentials', 'unknown API key') : accepted(match.principal);
  };
}
