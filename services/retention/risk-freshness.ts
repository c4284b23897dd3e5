import type { RiskAnswer } from './risk-reader.ts';

const DAY_MS = 86_400_000;

/** Feeds come within minutes to hours; a log that is a day behind the clock has lost its feeds. */
const LOG_BEHIND_AFTER_MS = DAY_MS;

export const stalenessCauses = ['no_watermark', 'feed_behind', 'log_behind'] as const;
export type StalenessCause = (typeof stalenessCauses)[number];

/**
 * Why an answer must not be taken as today's; empty when it is fresh. Time in the log cannot tell that the log itself
 * has stopped: that takes the clock, here at the edge, where it decides about nothing else.
 */
export function stalenessOf(answer: Pick<RiskAnswer, 'score' | 'health'>, nowMs: number): readonly StalenessCause[] {
  const causes: StalenessCause[] = [];
  const { watermarkMs, feeds } = answer.health;
  if (watermarkMs === undefined) causes.push('no_watermark');
  if (answer.score.staleFeeds.length > 0 || feeds.some(({ staleSinceMs }) => staleSinceMs !== undefined)) {
    causes.push('feed_behind');
  }
  if (watermarkMs !== undefined && nowMs - watermarkMs > LOG_BEHIND_AFTER_MS) causes.push('log_behind');
  return causes;
}
