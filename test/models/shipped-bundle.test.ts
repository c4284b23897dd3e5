import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { probabilityOf, rawMargin } from '../../services/core/explain/score-tree.ts';
import { createTreeExplainer } from '../../services/core/explain/tree-shap.ts';
import { FEATURE_NAMES } from '../../services/core/features/registry.ts';
import { openModelBundle } from '../../services/platform/onnx/bundle.ts';
import { FEATURE_SCHEMA_SHA256 } from '../../services/platform/onnx/risk-model.ts';
import { populationRows } from '../support/population-rows.ts';
import { seededRandom } from '../../models/pipeline/stand-in/random-trees.ts';

const ROWS = 20_000;
const models = path.resolve(import.meta.dirname, '../../models/churn-prepaid');
const expected = { featureNames: FEATURE_NAMES, featureSchemaSha256: FEATURE_SCHEMA_SHA256 };

for (const version of readdirSync(models)) {
  test(`churn-prepaid ${version} fits the code, passes its golden cases and explains itself`, async (context) => {
    const bundle = await openModelBundle(path.join(models, version), expected);
    context.after(bundle.close);
    assert.ok(createTreeExplainer(bundle.ensemble).ok);
  });

  test(`churn-prepaid ${version}: the walker gives ONNX Runtime’s probabilities on 20,000 customers, 5 % missing`, async (context) => {
    const bundle = await openModelBundle(path.join(models, version), expected);
    context.after(bundle.close);
    const { ensemble } = bundle;
    const width = ensemble.featureCount;
    const rows = populationRows(bundle, seededRandom(20_000), { count: ROWS, missingShare: 0.05 });
    const probabilities = await bundle.scoreBatch(rows, ROWS);
    const differences = probabilities.map((probability, row) =>
      Math.abs(probability - probabilityOf(rawMargin(ensemble, rows.subarray(row * width, (row + 1) * width)))),
    );
    const worst = differences.reduce((most, difference) => Math.max(most, difference), 0);
    assert.ok(worst <= 1e-6, `they differ by ${worst}`);
    // Rows that all score the same would show nothing.
    assert.ok(new Set(probabilities).size > ROWS / 2);
  });
}
