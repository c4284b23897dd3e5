import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from './pace.ts';

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  async sleep(durationMs, signal) {
    await delay(durationMs, undefined, { signal }).catch(() => undefined);
  },
};
