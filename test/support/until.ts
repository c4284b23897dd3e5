import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;

/** Generous: machines that run tests are busy. Only a test that fails waits this long. */
export const PATIENCE_MS = 120_000;

/**
 * Waits until `check` gives something else than undefined or false, and returns that.
 *
 * @param what for the error, such as "all records are committed".
 * @throws when `check` throws, or the deadline has passed; `state` then says how far it came.
 */
export async function until<T>(
  what: string,
  check: () => Promise<T | undefined | false>,
  options: { readonly withinMs?: number; readonly state?: () => Promise<string> } = {},
): Promise<T> {
  const { withinMs = PATIENCE_MS, state } = options;
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadlineMs) {
      const reached = state === undefined ? '' : `: ${await state()}`;
      throw new Error(`not within ${withinMs / 1_000} s: ${what}${reached}`);
    }
    await delay(POLL_MS);
  }
}
