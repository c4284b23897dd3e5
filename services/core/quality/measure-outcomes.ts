import type { MaturedTally } from './matured-tally.ts';
import { SCORE_BINS } from './score-bin.ts';

/** How a model's scores did, by what happened afterwards. */
export interface MeasuredOutcomes {
  readonly gone: number;
  readonly stayed: number;
  /** Share of pairs of one who went and one who stayed in which the first had the higher score; ties count half. */
  readonly auc: number | undefined;
  /** Share that went of those whose score had put them into the high band. */
  readonly highPrecision: number | undefined;
  /** Mean squared distance of score and outcome. */
  readonly brier: number | undefined;
  /** Mean distance of mean score and share that went, over ten groups of about equal size. */
  readonly calibrationError: number | undefined;
}

const MILLION = 1_000_000;
const GROUPS = 10;

/** Undefined is what nothing can be said of yet: without one of either kind there is no AUC. */
export function measureOutcomes(tally: MaturedTally): MeasuredOutcomes {
  const gone = sumOf(tally.gone);
  const stayed = sumOf(tally.stayed);
  const high = tally.highGone + tally.highStayed;
  const rows = gone + stayed;
  return {
    gone,
    stayed,
    auc: gone === 0 || stayed === 0 ? undefined : aucOf(tally) / (gone * stayed),
    highPrecision: high === 0 ? undefined : tally.highGone / high,
    brier: rows === 0 ? undefined : ((tally.squares - 2 * tally.goneScores) / MILLION + gone) / rows,
    calibrationError: rows === 0 ? undefined : calibrationErrorOf(tally, rows),
  };
}

/** Pairs in the right order; those within one bin count half. */
function aucOf({ gone, stayed }: MaturedTally): number {
  let pairs = 0;
  let stayedBelow = 0;
  for (let bin = 0; bin < SCORE_BINS; bin++) {
    const here = stayed[bin] ?? 0;
    pairs += (gone[bin] ?? 0) * (stayedBelow + here / 2);
    stayedBelow += here;
  }
  return pairs;
}

/** Neighbouring bins make a group until it holds a tenth of the rows. */
function calibrationErrorOf({ gone, stayed, scores }: MaturedTally, rows: number): number {
  let distance = 0;
  let group = { rows: 0, gone: 0, scores: 0 };
  for (let bin = 0; bin < SCORE_BINS; bin++) {
    group.rows += (gone[bin] ?? 0) + (stayed[bin] ?? 0);
    group.gone += gone[bin] ?? 0;
    group.scores += (scores[bin] ?? 0) / MILLION;
    if (group.rows < rows / GROUPS && bin < SCORE_BINS - 1) continue;
    distance += Math.abs(group.gone - group.scores);
    group = { rows: 0, gone: 0, scores: 0 };
  }
  return distance / rows;
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
