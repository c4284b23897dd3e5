import { FEATURES } from '../features/registry.ts';
import type { Reason, ScoreExplanation } from '../risk/risk.ts';
import { reasonSentence } from './reason-sentence.ts';
import { sumByStory } from './story-sums.ts';
import { valueToTell } from './told-vector.ts';

/** A score's Shapley values with what they speak of; all lists are in the order of the feature registry. */
export interface ExplainedVector {
  /** Mean raw margin (log-odds) over the training rows. */
  readonly base: number;
  /** Contribution of each feature to the raw margin. */
  readonly contributions: ArrayLike<number>;
  /** The vector that was scored; NaN is unknown. */
  readonly vector: ArrayLike<number>;
  /** Value of an ordinary subscriber; undefined where there is none. */
  readonly typicalValues: readonly (number | undefined)[];
}

/** Tells a score as stories that add up to it: baseMargin + Σ contribution = rawMargin, but for rounding (1e-12). */
export function explainScore({ base, contributions, vector, typicalValues }: ExplainedVector): ScoreExplanation {
  const reasons = sumByStory(contributions).map(({ story, contribution, share, leaders }): Reason => {
    const [index] = leaders;
    const direction = contribution > 0 ? 'raises' : 'lowers';
    const typicalValue = typicalValues[index];
    const sentence = reasonSentence({ index, vector, typicalValue, direction });
    return {
      story,
      feature: FEATURES[index]?.name ?? '',
      value: valueToTell(vector[index]),
      typicalValue,
      unit: FEATURES[index]?.unit ?? '',
      direction,
      contribution,
      share,
      textEn: sentence.en,
      textZh: sentence.zh,
    };
  });
  const rawMargin = reasons.reduce((sum, { contribution }) => sum + contribution, base);
  return { baseMargin: base, rawMargin, reasons };
}
