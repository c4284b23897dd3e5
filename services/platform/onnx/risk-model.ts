import { createHash } from 'node:crypto';
import { topReasons } from '../../core/explain/reasons.ts';
import { createTreeExplainer } from '../../core/explain/tree-shap.ts';
import { FEATURES, FEATURE_NAMES, featureSchema } from '../../core/features/registry.ts';
import type { Reason } from '../../core/risk/risk.ts';
import { openModelBundle } from './bundle.ts';

/** A model bundle bound to this code's features. */
export interface LoadedRiskModel {
  /** "name/version". */
  readonly modelVersion: string;
  readonly sha256: string;
  /** @param rows `count` vectors, one after the other. @returns `count` probabilities, 0–1. */
  scoreBatch(rows: Float32Array, count: number): Promise<Float32Array>;
  /** Exact contributions (TreeSHAP) of one vector's features as sentences, the strongest first. */
  reasonsOf(vector: Float32Array, limit: number): readonly Reason[];
  close(): Promise<void>;
}

export const FEATURE_SCHEMA_SHA256 = createHash('sha256').update(featureSchema()).digest('hex');

/** @throws where the bundle does not fit the features, its own checksums or its golden cases, naming every misfit. */
export async function openRiskModel(directory: string): Promise<LoadedRiskModel> {
  const bundle = await openModelBundle(directory, {
    featureNames: FEATURE_NAMES,
    featureSchemaSha256: FEATURE_SCHEMA_SHA256,
  });
  const explainer = createTreeExplainer(bundle.ensemble);
  if (!explainer.ok) {
    await bundle.close();
    throw new Error(`${directory}: ${explainer.detail}, so that no alert could say why`);
  }
  const { explain } = explainer.value;
  return {
    modelVersion: bundle.modelVersion,
    sha256: bundle.sha256,
    scoreBatch: bundle.scoreBatch,
    reasonsOf(vector, limit) {
      const { contributions } = explain(vector);
      return topReasons({ contributions, vector, features: FEATURES, typicalValues: bundle.typicalValues, limit });
    },
    close: bundle.close,
  };
}
