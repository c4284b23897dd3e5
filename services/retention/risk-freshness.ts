import type { RiskAnswer } from './risk-reader.ts';

const DAY_MS = 86_400_000;

/**
 * Every subscriber is scored once a day of log time, so a score two days behind the watermark has been missed by
 * something.
 */
const OLDEST_FRESH_MS = 2 * DAY_MS;

export const stalenessCauses = ['no_watermark', 'feed_behind', 'score_old'] as const;
export type StalenessCause = (typeof stalenessCauses)[number];

/** Why an answer must not be taken as today's; empty when it is fresh by the time of the log. */
export function stalenessOf(answer: RiskAnswer): readonly StalenessCause[] {
  const causes: StalenessCause[] = [];
  const { watermarkMs, feeds } = answer.health;
  if (watermarkMs === undefined) causes.push('no_watermark');
  if (answer.score.staleFeeds.length > 0 || feeds.some(({ staleSinceMs }) => staleSinceMs !== undefined)) {
    causes.push('feed_behind');
  }
  if (watermarkMs !== undefined && watermarkMs - answer.score.asOfMs > OLDEST_FRESH_MS) causes.push('score_old');
  return causes;
}
