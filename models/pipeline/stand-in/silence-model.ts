import { FEATURE_NAMES, featureIndex } from '../../../services/core/features/registry.ts';
import { FEATURE_SCHEMA_SHA256 } from '../../../services/platform/onnx/risk-model.ts';
import { writeBundle } from './bundle-writer.ts';
import type { BundleRecipe } from './bundle-writer.ts';

/** Scores of the model of silence. */
export const SILENT_SCORE = 1 / (1 + Math.exp(-2));
export const ACTIVE_SCORE = 1 / (1 + Math.exp(3));

/**
 * A bundle of one tree, by which whoever has been silent for more than `quietDays` civil days is at high risk, and
 * everybody else, newcomers included, at low.
 *
 * @returns its directory.
 */
export function writeSilenceModel(
  root: string,
  quietDays: number,
  changes: Partial<BundleRecipe> = {},
): Promise<string> {
  return writeBundle(root, {
    name: 'silence',
    version: '1.0.0',
    featureNames: FEATURE_NAMES,
    featureSchemaSha256: FEATURE_SCHEMA_SHA256,
    forest: {
      featureCount: FEATURE_NAMES.length,
      baseValue: 0,
      scale: 1,
      offset: 0,
      nodes: [
        {
          kind: 'branch',
          featureIndex: featureIndex('days_since_own_activity'),
          threshold: quietDays + 0.5,
          missingIsTrue: true,
          whenTrue: 1,
          whenFalse: 2,
          cover: 100,
        },
        { kind: 'leaf', value: -3, cover: 80 },
        { kind: 'leaf', value: 2, cover: 20 },
      ],
    },
    ...changes,
  });
}
