import { FEATURES } from '../features/registry.ts';
import type { Reason } from '../risk/risk.ts';
import { changeSentence, restSentence } from './change-sentence.ts';
import { sumByStory, type StorySum } from './story-sums.ts';
import { valueToTell } from './told-vector.ts';
import type { Text } from './words/fact.ts';

/** One story's part in the change of a score. Values speak of its leading feature and are undefined when unknown. */
export interface ReasonChange {
  /** What it is about; "other" is all that is not told by itself. */
  readonly story: string;
  /** The strongest feature in the story's direction that reads otherwise than before; of "other", the strongest. */
  readonly feature: string;
  readonly fromValue: number | undefined;
  readonly toValue: number | undefined;
  readonly unit: string;
  /** Whether the risk rose or fell by it. */
  readonly direction: Reason['direction'];
  /** Change of the story's contribution to the raw margin (log-odds). */
  readonly contribution: number;
  /** Its size as a share of the sizes of all changes, 0–1; of "other", the shares of its stories added up. */
  readonly share: number;
  readonly textEn: string;
  readonly textZh: string;
}

/** Why a score became another: fromMargin + Σ contribution = toMargin, both log-odds under one model. */
export interface ChangeExplanation {
  readonly fromMargin: number;
  readonly toMargin: number;
  /** The strongest change first, and "other" at the end, so that they add up. */
  readonly changes: readonly ReasonChange[];
}

/** A vector (NaN is unknown) and what each feature contributes to its raw margin, in the order of the feature registry. */
export interface ContributedVector {
  readonly vector: ArrayLike<number>;
  readonly contributions: ArrayLike<number>;
}

/** Less of a change than this is not worth a sentence. */
const LEAST_SHARE = 0.01;

/**
 * Compares two vectors of one subscriber under one model. Each has its exact contributions over the same base, so that
 * their differences add up to the change of the margin. Stories that hardly moved the score, and those of which nothing
 * reads otherwise than before, so that only what they mean beside the others changed, are told as one: "other".
 *
 * @param base mean raw margin of the model.
 */
export function explainChange(base: number, before: ContributedVector, after: ContributedVector): ChangeExplanation {
  const differences = FEATURES.map(
    (_, index) => (after.contributions[index] ?? 0) - (before.contributions[index] ?? 0),
  );
  const changes: ReasonChange[] = [];
  const rest: StorySum[] = [];
  for (const sum of sumByStory(differences)) {
    const told = sum.share < LEAST_SHARE ? undefined : tellStory(sum, before.vector, after.vector);
    if (told === undefined) rest.push(sum);
    else changes.push(told);
  }
  const other = tellRest(rest, before.vector, after.vector);
  return {
    fromMargin: marginOf(base, before),
    toMargin: marginOf(base, after),
    changes: other === undefined ? changes : [...changes, other],
  };
}

function tellStory(sum: StorySum, before: ArrayLike<number>, after: ArrayLike<number>): ReasonChange | undefined {
  const direction = directionOf(sum.contribution);
  for (const index of sum.leaders) {
    const sentence = changeSentence({ index, before, after, direction });
    if (sentence !== undefined) return { ...toChange(sum, index, before, after), ...textOf(sentence) };
  }
  return undefined;
}

/** @param rest strongest first. */
function tellRest(
  rest: readonly StorySum[],
  before: ArrayLike<number>,
  after: ArrayLike<number>,
): ReasonChange | undefined {
  const contribution = rest.reduce((sum, story) => sum + story.contribution, 0);
  const strongest = rest.find((story) => Math.sign(story.contribution) === Math.sign(contribution));
  // They cancel out: nothing is left to tell.
  if (strongest === undefined) return undefined;
  const share = rest.reduce((sum, story) => sum + story.share, 0);
  const told = toChange({ story: 'other', contribution, share }, strongest.leaders[0], before, after);
  return { ...told, ...textOf(restSentence(told.direction)) };
}

function toChange(
  { story, contribution, share }: Pick<ReasonChange, 'story' | 'contribution' | 'share'>,
  index: number,
  before: ArrayLike<number>,
  after: ArrayLike<number>,
): Omit<ReasonChange, 'textEn' | 'textZh'> {
  return {
    story,
    feature: FEATURES[index]?.name ?? '',
    fromValue: valueToTell(before[index]),
    toValue: valueToTell(after[index]),
    unit: FEATURES[index]?.unit ?? '',
    direction: directionOf(contribution),
    contribution,
    share,
  };
}

function textOf({ en, zh }: Text): Pick<ReasonChange, 'textEn' | 'textZh'> {
  return { textEn: en, textZh: zh };
}

function directionOf(contribution: number): Reason['direction'] {
  return contribution > 0 ? 'raises' : 'lowers';
}

function marginOf(base: number, { contributions }: ContributedVector): number {
  return FEATURES.reduce((sum, _, index) => sum + (contributions[index] ?? 0), base);
}
