import type { Outcome } from '../../core/outcome.ts';
import { accepted, refused } from '../../core/outcome.ts';
import type { Scope } from './scopes.ts';
import { scopes } from './scopes.ts';

/** Who calls, and what they may do. */
export interface Principal {
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
}

export interface Credentials {
  readonly apiKey: string | undefined;
  readonly bearerToken: string | undefined;
}

export type AuthenticationRefusal = 'no_credentials' | 'invalid_credentials';
export type Authenticate = (credentials: Credentials) => Outcome<Principal, AuthenticationRefusal>;

/** Lets everyone do everything: for a demo on loopback. `config.ts` refuses it on any other address. */
export function openAccess(): Outcome<Principal, never> {
  return accepted({ name: 'anyone on this machine', scopes: new Set(scopes) });
}

/** Accepts what any of the ways accepts; without any way, nobody. */
export function anyOf(ways: readonly Authenticate[]): Authenticate {
  return function authenticate(credentials) {
    let answer: ReturnType<Authenticate> = refused('no_credentials', 'an API key or a bearer token is needed');
    for (const way of ways) {
      const tried = way(credentials);
      if (tried.ok) return tried;
      if (tried.reason === 'invalid_credentials') answer = tried;
    }
    return answer;
  };
}
