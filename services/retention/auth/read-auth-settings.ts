import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ApiKey } from './api-keys.ts';
import { createApiKeyAuthentication } from './api-keys.ts';
import type { Authenticate } from './authenticate.ts';
import { anyOf, openAccess } from './authenticate.ts';
import type { JwtAlgorithm } from './jwt.ts';
import { createJwtAuthentication } from './jwt.ts';
import { isScope } from './scopes.ts';

export interface AuthVariables {
  readonly CHURN_AUTH: 'off' | 'api-key' | 'jwt' | 'api-key+jwt';
  readonly CHURN_HTTP_HOST: string;
  readonly CHURN_API_KEYS: string;
  readonly CHURN_JWT_PUBLIC_KEY_FILE: string;
  readonly CHURN_JWT_ALGORITHM: JwtAlgorithm;
  readonly CHURN_JWT_ISSUER: string;
  readonly CHURN_JWT_AUDIENCE: string;
}

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

/** How callers are told apart. Anything unclear is a mistake, so that no misspelt variable opens the service. */
export function readAuthSettings(variables: AuthVariables): {
  readonly authenticate: Authenticate;
  readonly mistakes: readonly string[];
} {
  const { CHURN_AUTH: mode, CHURN_HTTP_HOST: host } = variables;
  const mistakes: string[] = [];
  const ways: Authenticate[] = [];
  if (mode === 'off') {
    if (!loopback.has(host))
      mistakes.push('CHURN_AUTH: may be off on loopback only; CHURN_HTTP_HOST is another address');
    if (variables.CHURN_API_KEYS !== '') mistakes.push('CHURN_API_KEYS: given, but CHURN_AUTH is off');
    if (variables.CHURN_JWT_PUBLIC_KEY_FILE !== '')
      mistakes.push('CHURN_JWT_PUBLIC_KEY_FILE: given, but CHURN_AUTH is off');
    return { authenticate: openAccess, mistakes };
  }
  if (mode.includes('api-key')) ways.push(readApiKeys(variables.CHURN_API_KEYS, mistakes));
  if (mode.includes('jwt')) ways.push(...readJwt(variables, mistakes));
  return { authenticate: anyOf(ways), mistakes };
}

/** Comma-separated `name:sha256 in hex:scope+scope`. */
function readApiKeys(text: string, mistakes: string[]): Authenticate {
  const keys: ApiKey[] = [];
  for (const entry of text.split(',').filter((part) => part.trim() !== '')) {
    const [name = '', hash = '', granted = '', ...rest] = entry.trim().split(/:(?=[^:]{64}:)|(?<=:[0-9a-f]{64}):/i);
    const scopes = granted.split('+').filter(isScope);
    const complete = name !== '' && /^[0-9a-f]{64}$/i.test(hash) && scopes.length === granted.split('+').length;
    if (!complete || rest.length > 0) {
      mistakes.push('CHURN_API_KEYS: expected name:<SHA-256 of the key, in hex>:<scope>+<scope>, comma separated');
      continue;
    }
    keys.push({ name, sha256: Buffer.from(hash, 'hex'), scopes });
  }
  if (text.trim() === '') mistakes.push('CHURN_API_KEYS: expected, for CHURN_AUTH names api-key');
  return createApiKeyAuthentication(keys);
}

function readJwt(variables: AuthVariables, mistakes: string[]): Authenticate[] {
  const { CHURN_JWT_ISSUER: issuer, CHURN_JWT_AUDIENCE: audience } = variables;
  if (issuer === '') mistakes.push('CHURN_JWT_ISSUER: expected, for CHURN_AUTH names jwt');
  if (audience === '') mistakes.push('CHURN_JWT_AUDIENCE: expected, for CHURN_AUTH names jwt');
  try {
    const publicKey = readFileSync(variables.CHURN_JWT_PUBLIC_KEY_FILE, 'utf8');
    createPublicKey(publicKey);
    return [createJwtAuthentication({ publicKey, algorithms: [variables.CHURN_JWT_ALGORITHM], issuer, audience })];
  } catch {
    mistakes.push('CHURN_JWT_PUBLIC_KEY_FILE: expected a readable public key in PEM that fits CHURN_JWT_ALGORITHM');
    return [];
  }
}
