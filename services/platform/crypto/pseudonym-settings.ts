import { isPseudonymSecret } from './pseudonym.ts';

/** How numbers become subscriber ids. */
export interface PseudonymSettings {
  readonly keyId: string;
  readonly secret: string;
}

/** Protects nothing but made-up numbers and anonymous users; taken with brokers on this machine only. */
export const DEMO_SECRET = 'demo-only-secret-for-simulated-numbers';

/** Takes the demo's secret where none is given and all brokers are on this machine; adds a mistake where that is not so. */
export function readPseudonymSettings(
  variables: { readonly CHURN_PSEUDONYM_KEY_ID: string; readonly CHURN_PSEUDONYM_SECRET: string },
  brokers: readonly string[],
  mistakes: string[],
): PseudonymSettings {
  const { CHURN_PSEUDONYM_KEY_ID: keyId, CHURN_PSEUDONYM_SECRET: secret } = variables;
  const isLoopback = brokers.every((broker) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]):\d+$/.test(broker));
  if (secret === '' && isLoopback) return { keyId, secret: DEMO_SECRET };
  if (!isPseudonymSecret(secret)) {
    mistakes.push(
      'CHURN_PSEUDONYM_SECRET: expected at least 16 bytes; it may be left out with brokers on this machine only',
    );
  }
  return { keyId, secret };
}
