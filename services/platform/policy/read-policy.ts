import type { Policy } from '../../core/policy/policy.ts';
import { loadPolicy } from './load-policy.ts';

export type ReadPolicy =
  { readonly ok: true; readonly value: Policy } | { readonly ok: false; readonly mistake: string };

/** The policy that CHURN_POLICY_FILE names, or what is wrong with it as a mistake of that variable. */
export function readPolicy(path: string): ReadPolicy {
  try {
    return { ok: true, value: loadPolicy(path) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { ok: false, mistake: `CHURN_POLICY_FILE: expected a policy without mistakes; ${detail}` };
  }
}
