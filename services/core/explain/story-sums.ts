import { FEATURE_NAMES } from '../features/registry.ts';
import { STORIES, storyOf, type Story } from './stories.ts';

/** What the features of one story contribute together. */
export interface StorySum {
  readonly story: Story;
  /** Sum of the contributions (log-odds); never 0. */
  readonly contribution: number;
  /** Share of the story's size in the sizes of all stories, 0–1. */
  readonly share: number;
  /** Where the features stand that pull the way of the sum, the strongest first; at least one. */
  readonly leaders: readonly [number, ...number[]];
}

const STORY_OF_FEATURE = FEATURE_NAMES.map(storyOf);

/**
 * Adds contributions up by story, the strongest story first, equal ones in the order of STORIES. Stories without influence
 * are left out.
 *
 * @param contributions in the order of the feature registry.
 */
export function sumByStory(contributions: ArrayLike<number>): readonly StorySum[] {
  const sums = STORIES.flatMap(({ story }) => {
    const members = STORY_OF_FEATURE.flatMap((own, index) => (own === story ? [index] : []));
    const at = (index: number): number => contributions[index] ?? 0;
    const contribution = members.reduce((sum, index) => sum + at(index), 0);
    const way = Math.sign(contribution);
    const [first, ...others] = members
      .filter((index) => at(index) * way > 0)
      .sort((one, other) => way * (at(other) - at(one)));
    return first === undefined ? [] : [{ story, contribution, leaders: [first, ...others] as const }];
  });
  const size = sums.reduce((total, { contribution }) => total + Math.abs(contribution), 0);
  return sums
    .map((sum) => ({ ...sum, share: Math.abs(sum.contribution) / size }))
    .sort((one, other) => Math.abs(other.contribution) - Math.abs(one.contribution));
}
