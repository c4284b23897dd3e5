import { baselineColumns, columnsOf } from './drift-layout.ts';
import type { DriftLayout } from './drift-layout.ts';
import { populationStability } from './population-stability.ts';
import { addCounts } from './quality-hour.ts';
import type { QualityHour } from './quality-hour.ts';

/** How far one sample of daily scores lies from another. */
export interface MeasuredDrift {
  /** Daily scores in the sample, and in what it is compared with. */
  readonly scores: number;
  readonly referenceScores: number;
  /** Undefined where either has fewer than MIN_SCORES: chance would look like drift. */
  readonly scorePsi: number | undefined;
  /** Of each feature that the model uses. */
  readonly features: readonly { readonly name: string; readonly psi: number | undefined }[];
}

/** Hours of one model's daily scores, all partitions together, by number of the hour. */
export type QualityHours = ReadonlyMap<number, QualityHour>;

/** From here on a shift of the last hours is worth an alarm (deploy/prometheus/rules/model.yml says the same). */
export const SHIFT_ALARM_PSI = 0.15;
/** With fewer, or with less than two days to compare with, chance alone would raise an alarm now and then. */
export const MIN_SCORES = 300;
const MIN_REFERENCE_SCORES = 2 * MIN_SCORES;
/**
 * Whole hours that a shift is looked for in, besides the one under way: the daily moments of a sixth of all subscribers.
 * Fewer than the six in which it has to be found, so that there are several looks at hours that lie wholly behind its begin.
 */
export const SHIFT_HOURS = 4;
/** Days before, of which the same hours are compared with. */
export const REFERENCE_DAYS = 7;

/**
 * The last hours against the same hours of the days before. Features count days, so that they differ by the hour of the
 * day far more than by what is worth an alarm, and slowly by season: like is compared with like.
 *
 *     hour        …  −24·7 … −24        now − 4 … now
 *     reference          same hours  →  sample
 *
 * Each hour's reference weighs as much as the hour's own scores, so that an hour that has just begun is compared with
 * that hour only. Hours of which nothing is known from the days before are left out.
 */
export function measureShift(hours: QualityHours, layout: DriftLayout, nowHour: number): MeasuredDrift {
  const actual = zeros(layout.width);
  const expected = zeros(layout.width);
  let scores = 0;
  let referenceScores = 0;
  for (let hour = nowHour - SHIFT_HOURS; hour <= nowHour; hour++) {
    const sample = hours.get(hour);
    const reference = referenceOf(hours, layout, hour);
    if (sample === undefined || reference.scores === 0) continue;
    scores += sample.scores;
    referenceScores += reference.scores;
    addCounts(actual, sample.counts);
    const weight = sample.scores / reference.scores;
    for (let i = 0; i < layout.width; i++) expected[i] = (expected[i] ?? 0) + weight * (reference.counts[i] ?? 0);
  }
  return measure(layout, { actual, scores }, (index) => columnsOf(expected, layout, index), referenceScores);
}

/**
 * Hours against the population that the model was made for. Its vectors are as of the end of a day: `sampled` should be
 * hours shortly before midnight.
 */
export function measureDrift(hours: QualityHours, layout: DriftLayout, sampled: readonly number[]): MeasuredDrift {
  const actual = zeros(layout.width);
  let scores = 0;
  for (const hour of sampled) {
    const sample = hours.get(hour);
    if (sample === undefined) continue;
    scores += sample.scores;
    addCounts(actual, sample.counts);
  }
  const { baseline } = layout;
  return measure(layout, { actual, scores }, (index) => baselineColumns(baseline, index), baseline.rows);
}

function referenceOf(
  hours: QualityHours,
  layout: DriftLayout,
  hour: number,
): { readonly counts: readonly number[]; readonly scores: number } {
  const counts = zeros(layout.width);
  let scores = 0;
  for (let day = 1; day <= REFERENCE_DAYS; day++) {
    const before = hours.get(hour - 24 * day);
    if (before === undefined) continue;
    addCounts(counts, before.counts);
    scores += before.scores;
  }
  return { counts, scores };
}

function measure(
  layout: DriftLayout,
  { actual, scores }: { readonly actual: readonly number[]; readonly scores: number },
  expectedOf: (index: number) => readonly number[],
  referenceScores: number,
): MeasuredDrift {
  const { features } = layout.baseline;
  const isEnough = scores >= MIN_SCORES && referenceScores >= MIN_REFERENCE_SCORES;
  const psiOf = (index: number): number | undefined =>
    isEnough ? populationStability(columnsOf(actual, layout, index), expectedOf(index), referenceScores) : undefined;
  return {
    scores,
    referenceScores,
    scorePsi: layout.baseline.score.edges.length === 0 ? undefined : psiOf(features.length),
    features: features.map(({ name }, index) => ({ name, psi: psiOf(index) })),
  };
}

function zeros(width: number): number[] {
  return Array.from({ length: width }, () => 0);
}
