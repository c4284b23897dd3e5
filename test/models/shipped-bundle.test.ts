import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { createTreeExplainer } from '../../services/core/explain/tree-shap.ts';
import { FEATURE_NAMES, featureSchema } from '../../services/core/features/registry.ts';
import { openModelBundle } from '../../services/platform/onnx/bundle.ts';

const models = path.resolve(import.meta.dirname, '../../models/churn-prepaid');
const expected = {
  featureNames: FEATURE_NAMES,
  featureSchemaSha256: createHash('sha256').update(featureSchema()).digest('hex'),
};

for (const version of readdirSync(models)) {
  test(`churn-prepaid ${version} fits the code, passes its golden cases and explains itself`, async (context) => {
    const bundle = await openModelBundle(path.join(models, version), expected);
    context.after(bundle.close);
    assert.deepEqual(bundle.thresholds, { high: 0.6, medium: 0.3 });
    assert.ok(bundle.ensemble.roots.length <= 200);
    const explainer = createTreeExplainer(bundle.ensemble);
    assert.ok(explainer.ok);
  });
}
