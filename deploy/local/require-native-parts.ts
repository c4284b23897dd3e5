import { join } from 'node:path';
import { readNativeParts } from './native-parts.mjs';
import type { NativeParts } from './native-parts.mjs';

const root = join(import.meta.dirname, '..', '..');

/** What native servers run on, if it has been prepared on this machine; tests that need it skip visibly otherwise. */
export function findNativeParts(): NativeParts | undefined {
  return readNativeParts(root);
}

/** What native servers run on. Throws with what to do if it has not been prepared. */
export function requireNativeParts(): NativeParts {
  const parts = findNativeParts();
  if (parts !== undefined) return parts;
  throw new Error('Redis, Java or the Kafka broker are not prepared: run CHURN_STACK=native npm test once');
}
