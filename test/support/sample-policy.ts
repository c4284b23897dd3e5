import type { Policy } from '../../services/core/policy/policy.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The default rules; override what a test speaks of. */
export function samplePolicy(changes: Partial<Policy> = {}): Policy {
  return {
    version: 'test/1',
    timeZone: 'Asia/Shanghai',
    time: {
      requiredFeeds: [],
      disorderMs: HOUR_MS,
      latenessLimitMs: 7 * DAY_MS,
      staleAfterMs: 3 * HOUR_MS,
    },
    scoring: { minimumIntervalMs: HOUR_MS, warmUpDays: 28 },
    bands: { medium: { enter: 0.3, exit: 0.25 }, high: { enter: 0.6, exit: 0.55 }, coolDownMs: 7 * DAY_MS },
    episodes: { suppressAfterOutcomeMs: 30 * DAY_MS },
    reasons: { limit: 5 },
    quality: { horizonMs: 30 * DAY_MS },
    ...changes,
  };
}
