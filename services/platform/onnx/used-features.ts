import type { TreeEnsemble } from '../../core/explain/tree-ensemble.ts';

/** Names of the features that any branch asks about, in vector order. */
export function usedFeatures({ featureIndex }: TreeEnsemble, featureNames: readonly string[]): readonly string[] {
  const used = new Set(featureIndex);
  return featureNames.filter((_, index) => used.has(index));
}
