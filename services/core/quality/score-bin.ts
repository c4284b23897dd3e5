/**
 * Fine bins of scores, spaced evenly on the log-odds: fine enough that what is measured from counts differs little from
 * what is measured from the scores themselves. Part of stored state: never change them.
 */
export const SCORE_BINS = 64;
const LOWEST_LOG_ODDS = -6;
const HIGHEST_LOG_ODDS = 4;
const WIDTH = (HIGHEST_LOG_ODDS - LOWEST_LOG_ODDS) / SCORE_BINS;

/** @param riskScore 0–1. @returns 0–63; scores beyond the bins fall into the outermost ones. */
export function scoreBinOf(riskScore: number): number {
  const logOdds = Math.log(riskScore / (1 - riskScore));
  return Math.min(Math.max(Math.floor((logOdds - LOWEST_LOG_ODDS) / WIDTH), 0), SCORE_BINS - 1);
}
