import type { TreeEnsemble } from './tree-ensemble.ts';

// Indices below come from assembleTreeEnsemble, which checked them: `as number` only drops the compiler's doubt.

/**
 * Raw margin (log-odds that enter the sigmoid) of one vector; NaN means missing.
 * Compares in float32 as ONNX Runtime does, adds up in float64.
 */
export function rawMargin(ensemble: TreeEnsemble, row: Float32Array): number {
  if (row.length !== ensemble.featureCount) {
    throw new RangeError(`a vector of ${ensemble.featureCount} features is needed, got ${row.length}`);
  }
  const { roots, featureIndex, threshold, trueChild, missingIsTrue, leafValue } = ensemble;
  let sum = ensemble.baseValue;
  for (let tree = 0; tree < roots.length; tree += 1) {
    let node = roots[tree] as number;
    let feature = featureIndex[node] as number;
    while (feature >= 0) {
      const value = row[feature] as number;
      // `value !== value` is NaN: no number is unequal to itself.
      const isFalse = value > (threshold[node] as number) || (value !== value && missingIsTrue[node] === 0);
      node = (trueChild[node] as number) + (isFalse ? 1 : 0);
      feature = featureIndex[node] as number;
    }
    sum += leafValue[node] as number;
  }
  return ensemble.scale * sum + ensemble.offset;
}

/** Probability (0–1) of a raw margin. */
export function probabilityOf(margin: number): number {
  return 1 / (1 + Math.exp(-margin));
}
