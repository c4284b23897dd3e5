/** How values were spread: bin i holds values ≤ edges[i], the last one the rest. */
export interface Histogram {
  /** Ascending. */
  readonly edges: Float32Array;
  /** One more than edges. */
  readonly counts: readonly number[];
}

/** How one feature was spread over the population that a model was made for. */
export interface FeatureHistogram extends Histogram {
  readonly name: string;
  /** Position in the vector. */
  readonly index: number;
  readonly missing: number;
}

/** The population that a model was made for: the features that it uses, in vector order, and its scores (0–1). */
export interface DriftBaseline {
  readonly rows: number;
  readonly features: readonly FeatureHistogram[];
  readonly score: Histogram;
}

/** Of a model that tells nothing of its population: scores are counted, features are not. */
export const NO_BASELINE: DriftBaseline = {
  rows: 0,
  features: [],
  score: { edges: new Float32Array(), counts: [0] },
};
