import type { ByteReader } from '../encoding/byte-reader.ts';
import type { ByteWriter } from '../encoding/byte-writer.ts';
import type { OpenPrediction } from '../subscriber/subscriber-state.ts';
import type { PredictionOutcome } from './open-prediction.ts';
import { addCounts } from './quality-hour.ts';
import { SCORE_BINS, scoreBinOf } from './score-bin.ts';

/** Predictions by what became of them, of those in the high band and of the others. Only grows. */
export interface OutcomeCounts {
  gone: number;
  stayed: number;
  highGone: number;
  highStayed: number;
}

/**
 * Predictions whose truth is known, of one span of time: all that AUC, calibration and precision are made from. Whole
 * numbers, so that tallies of partitions add up to the same in any order.
 */
export interface MaturedTally {
  /** By score bin. */
  readonly gone: number[];
  readonly stayed: number[];
  /** Sum of the scores, in millionths. */
  readonly scores: number[];
  /** Sum of the squared scores, and of the scores of those who went, in millionths. */
  squares: number;
  goneScores: number;
  highGone: number;
  highStayed: number;
}

const MILLION = 1_000_000;

export function newTally(): MaturedTally {
  const zeros = (): number[] => Array.from({ length: SCORE_BINS }, () => 0);
  return { gone: zeros(), stayed: zeros(), scores: zeros(), squares: 0, goneScores: 0, highGone: 0, highStayed: 0 };
}

export function noOutcomes(): OutcomeCounts {
  return { gone: 0, stayed: 0, highGone: 0, highStayed: 0 };
}

export function countOutcome(
  counts: OutcomeCounts,
  { wasHigh }: Pick<OpenPrediction, 'wasHigh'>,
  outcome: PredictionOutcome,
): void {
  counts[outcome]++;
  if (wasHigh) counts[outcome === 'gone' ? 'highGone' : 'highStayed']++;
}

export function addToTally(
  tally: MaturedTally,
  { riskScore, wasHigh }: Pick<OpenPrediction, 'riskScore' | 'wasHigh'>,
  outcome: PredictionOutcome,
): void {
  const bin = scoreBinOf(riskScore);
  const score = Math.round(riskScore * MILLION);
  tally[outcome][bin] = (tally[outcome][bin] ?? 0) + 1;
  tally.scores[bin] = (tally.scores[bin] ?? 0) + score;
  tally.squares += Math.round(riskScore * riskScore * MILLION);
  if (outcome === 'gone') tally.goneScores += score;
  if (wasHigh) tally[outcome === 'gone' ? 'highGone' : 'highStayed']++;
}

export function mergeTally(sum: MaturedTally, other: MaturedTally): void {
  addCounts(sum.gone, other.gone);
  addCounts(sum.stayed, other.stayed);
  addCounts(sum.scores, other.scores);
  sum.squares += other.squares;
  sum.goneScores += other.goneScores;
  sum.highGone += other.highGone;
  sum.highStayed += other.highStayed;
}

/** Empty bins take one byte. */
export function writeTally(writer: ByteWriter, tally: MaturedTally): void {
  const { gone, stayed, scores, squares, goneScores, highGone, highStayed } = tally;
  for (let bin = 0; bin < SCORE_BINS; bin++) {
    const all = (gone[bin] ?? 0) + (stayed[bin] ?? 0);
    writer.varint(all);
    if (all === 0) continue;
    writer.varint(gone[bin] ?? 0);
    writer.varint(scores[bin] ?? 0);
  }
  for (const sum of [squares, goneScores, highGone, highStayed]) writer.varint(sum);
}

export function readTally(reader: ByteReader): MaturedTally {
  const tally = newTally();
  for (let bin = 0; bin < SCORE_BINS; bin++) {
    const all = reader.varint();
    if (all === 0) continue;
    const gone = reader.varint();
    tally.gone[bin] = gone;
    tally.stayed[bin] = all - gone;
    tally.scores[bin] = reader.varint();
  }
  tally.squares = reader.varint();
  tally.goneScores = reader.varint();
  tally.highGone = reader.varint();
  tally.highStayed = reader.varint();
  return tally;
}
