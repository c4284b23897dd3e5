import { FEATURES } from '../features/registry.ts';
import type { Reason } from '../risk/risk.ts';
import { changeSentence } from './change-sentence.ts';
import { sumByStory } from './story-sums.ts';

/** One story's part in the change of a score. Values speak of its leading feature and are undefined when unknown. */
export interface ReasonChange {
  readonly story: string;
  /** The strongest feature in the story's direction, one whose value changed before one whose value did not. */
  readonly feature: string;
  readonly fromValue: number | undefined;
  readonly toValue: number | undefined;
  readonly unit: string;
  /** Whether the risk rose or fell by it. */
  readonly direction: Reason['direction'];
  /** Change of the story's contribution to the raw margin (log-odds). */
  readonly contribution: number;
  /** Its size as a share of the sizes of all changes, 0–1. */
  readonly share: number;
  readonly textEn: string;
  readonly textZh: string;
}

/** Why a score became another: fromMargin + Σ contribution = toMargin, both log-odds under one model. */
export interface ChangeExplanation {
  readonly fromMargin: number;
  readonly toMargin: number;
  /** Every story whose contribution changed, the strongest change first. */
  readonly changes: readonly ReasonChange[];
}

/** A vector (NaN is unknown) and what each feature contributes to its raw margin, in the order of the feature registry. */
export interface ContributedVector {
  readonly vector: ArrayLike<number>;
  readonly contributions: ArrayLike<number>;
}

/**
 * Compares two vectors of one subscriber under one model. Each has its exact contributions over the same base, so that
 * their differences add up to the change of the margin.
 *
 * @param base mean raw margin of the model.
 */
export function explainChange(base: number, before: ContributedVector, after: ContributedVector): ChangeExplanation {
  const differences = FEATURES.map(
    (_, index) => (after.contributions[index] ?? 0) - (before.contributions[index] ?? 0),
  );
  const changes = sumByStory(differences).map(({ story, contribution, share, leaders }): ReasonChange => {
    const hasChanged = (index: number): boolean => !Object.is(before.vector[index], after.vector[index]);
    const index = leaders.find(hasChanged) ?? leaders[0];
    const direction = contribution > 0 ? 'raises' : 'lowers';
    const sentence = changeSentence({ index, before: before.vector, after: after.vector, direction });
    return {
      story,
      feature: FEATURES[index]?.name ?? '',
      fromValue: knownOf(before.vector[index]),
      toValue: knownOf(after.vector[index]),
      unit: FEATURES[index]?.unit ?? '',
      direction,
      contribution,
      share,
      textEn: sentence.en,
      textZh: sentence.zh,
    };
  });
  return { fromMargin: marginOf(base, before), toMargin: marginOf(base, after), changes };
}

function marginOf(base: number, { contributions }: ContributedVector): number {
  return FEATURES.reduce((sum, _, index) => sum + (contributions[index] ?? 0), base);
}

function knownOf(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}
