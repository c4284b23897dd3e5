/**
 * Do onnxruntime-node and the tree walker give the probabilities of the library that trained the model?
 *
 *     node models/check-parity.ts --bundle models/<name>/<version> --rows <folder> [--json FILE]
 *
 * The folder holds what training leaves there: parity.f32, the vectors, and parity.json, {rows, features, margins,
 * tolerance} with the calibrated log-odds that LightGBM gives for them. Exit code 1: they differ by more than the
 * tolerance; 2: nothing could be compared, and why.
 */
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { FEATURE_NAMES } from '../services/core/features/registry.ts';
import { openModelBundle } from '../services/platform/onnx/bundle.ts';
import { FEATURE_SCHEMA_SHA256 } from '../services/platform/onnx/risk-model.ts';
import { compareParity } from './parity/compare-parity.ts';
import { readParityRows } from './parity/read-parity-rows.ts';

const USAGE = 'usage: node models/check-parity.ts --bundle models/<name>/<version> --rows <folder> [--json FILE]';

try {
  process.exitCode = (await checkParity()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

async function checkParity(): Promise<boolean> {
  const { values } = parseArgs({
    options: { bundle: { type: 'string' }, rows: { type: 'string' }, json: { type: 'string' } },
  });
  if (values.bundle === undefined || values.rows === undefined) throw new Error(USAGE);
  const rows = readParityRows(values.rows);
  if (rows.featureCount !== FEATURE_NAMES.length) {
    throw new Error(`${values.rows}: expected vectors of ${FEATURE_NAMES.length} features, found ${rows.featureCount}`);
  }
  const bundle = await openModelBundle(values.bundle, {
    featureNames: FEATURE_NAMES,
    featureSchemaSha256: FEATURE_SCHEMA_SHA256,
  });
  const parity = await compareParity(rows, bundle);
  await bundle.close();
  const { tolerance } = rows;
  const isEqual = parity.runtimeDifference <= tolerance && parity.walkerDifference <= tolerance;
  process.stdout.write(
    `${bundle.modelVersion} on ${parity.rows} rows with ${(parity.missingShare * 100).toFixed(1)} % missing values: ` +
      `onnxruntime-node differs from LightGBM by ${parity.runtimeDifference.toExponential(1)} at most, ` +
      `the tree walker by ${parity.walkerDifference.toExponential(1)}; ` +
      `${isEqual ? 'within' : 'BEYOND'} the tolerance of ${tolerance}\n`,
  );
  const result = { modelVersion: bundle.modelVersion, ...parity, tolerance, isEqual };
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
  return isEqual;
}
