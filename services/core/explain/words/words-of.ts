import { FEATURES } from '../../features/registry.ts';
import { ACCOUNT_WORDS } from './account-words.ts';
import { CARE_WORDS } from './care-words.ts';
import type { FeatureWords, WordsTable } from './fact.ts';
import { MONEY_WORDS } from './money-words.ts';
import { USAGE_WORDS } from './usage-words.ts';

const TABLE: WordsTable = { ...USAGE_WORDS, ...MONEY_WORDS, ...CARE_WORDS, ...ACCOUNT_WORDS };

const WORDS: readonly FeatureWords[] = FEATURES.map(({ name }) => {
  const words = TABLE[name];
  if (words === undefined) throw new RangeError(`feature ${name} has no words`);
  return words;
});

/** How a feature is put into words. @param index its place in the registry. */
export function wordsOf(index: number): FeatureWords {
  const words = WORDS[index];
  if (words === undefined) throw new RangeError(`there is no feature ${index}`);
  return words;
}
