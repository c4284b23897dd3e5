import { setTimeout as delay } from 'node:timers/promises';
import type { Finding } from '../platform/process/watch-part.ts';

const ASK_EVERY_MS = 5_000;
const ANSWER_WITHIN_MS = 4_000;

/**
 * How Kafka is while nothing is sent: asked every few seconds, so that an outage is seen before the next rows come.
 *
 * @param ask anything that a broker answers.
 */
export function createKafkaCheck(
  ask: () => Promise<unknown>,
  causeOf: (error: unknown) => string,
  now: () => number,
): () => Promise<Finding> {
  let askedAtMs = now();
  return async function checkKafka() {
    if (now() - askedAtMs < ASK_EVERY_MS) return { type: 'unknown' };
    askedAtMs = now();
    const late = new AbortController();
    try {
      const answer = ask().then((): Finding => ({ type: 'up' }));
      const silence = delay(ANSWER_WITHIN_MS, undefined, { signal: late.signal }).then((): Finding => ({
        type: 'missing',
        cause: `no answer within ${ANSWER_WITHIN_MS / 1_000} s`,
      }));
      silence.catch(() => undefined);
      return await Promise.race([answer, silence]);
    } catch (error) {
      return { type: 'missing', cause: causeOf(error) };
    } finally {
      late.abort();
    }
  };
}
