import { createVerifier, TokenError } from 'fast-jwt';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { accepted, refused } from '../../core/outcome.ts';
import type { Authenticate } from './authenticate.ts';
import { isScope } from './scopes.ts';

/** Signatures that a public key can check; none that share a secret. */
export const jwtAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
export type JwtAlgorithm = (typeof jwtAlgorithms)[number];

export interface JwtSettings {
  /** PEM. */
  readonly publicKey: string;
  readonly algorithms: readonly JwtAlgorithm[];
  readonly issuer: string;
  readonly audience: string;
}

const claims = Compile(Type.Object({ sub: Type.Optional(Type.String()), scope: Type.Optional(Type.String()) }));

/**
 * Accepts access tokens of one issuer for one audience that carry an expiry; scopes are the space-separated `scope`
 * claim, those unknown here are ignored.
 *
 * @throws where the key does not fit the algorithms.
 */
export function createJwtAuthentication(settings: JwtSettings): Authenticate {
  const { publicKey, algorithms, issuer, audience } = settings;
  const verify = createVerifier({
    key: publicKey,
    algorithms: [...algorithms],
    allowedIss: issuer,
    allowedAud: audience,
    requiredClaims: ['exp', 'iss', 'aud'],
  });
  return function authenticateByToken({ bearerToken }) {
    if (bearerToken === undefined) return refused('no_credentials', 'no bearer token');
    try {
      const payload: unknown = verify(bearerToken);
      if (!claims.Check(payload)) return refused('invalid_credentials', 'claims are malformed');
      const granted = (payload.scope ?? '').split(' ').filter(isScope);
      return accepted({ name: payload.sub ?? issuer, scopes: new Set(granted) });
    } catch (error) {
      if (error instanceof TokenError) return refused('invalid_credentials', 'the token is not valid');
      throw error;
    }
  };
}
