import type { TreeEnsemble } from '../../core/explain/tree-ensemble.ts';
import type { ExpectedFeatures } from './check-feature-schema.ts';
import { compare, compareNames, reasonOf, type Checked, type Misfit } from './misfit.ts';
import { readModelProto, type ModelProto, type TensorInfo } from './model-proto.ts';
import type { Thresholds } from './parse-thresholds.ts';
import { readTreeEnsemble } from './read-tree-ensemble.ts';

export const INPUT_NAME = 'input';
export const OUTPUT_NAME = 'churn_probability';

const MAX_IR_VERSION = 10;
const MAX_OPSETS: ReadonlyMap<string, number> = new Map([
  ['ai.onnx', 21],
  ['ai.onnx.ml', 3],
]);

export interface ModelIdentity {
  readonly name: string;
  readonly version: string;
}

/**
 * Holds the bytes of model.onnx to what the code and the rest of the bundle say: versions, metadata, input, output,
 * and a graph whose trees can be walked and explained.
 */
export function checkModel(
  bytes: Uint8Array,
  expected: ExpectedFeatures & ModelIdentity & { readonly thresholds: Thresholds | undefined },
): Checked<TreeEnsemble> {
  let model: ModelProto;
  try {
    model = readModelProto(bytes);
  } catch (error) {
    return { value: undefined, misfits: [{ where: 'model.onnx', expected: 'an ONNX model', found: reasonOf(error) }] };
  }
  const featureCount = expected.featureNames.length;
  const misfits: Misfit[] = [
    ...checkVersions(model),
    ...checkMetadata(model.metadata, expected),
    ...checkTensors('input', model.inputs, { name: INPUT_NAME, columns: featureCount }),
    ...checkTensors('output', model.outputs, { name: OUTPUT_NAME, columns: 1 }),
  ];
  const ensemble = readTreeEnsemble(model, { inputName: INPUT_NAME, outputName: OUTPUT_NAME, featureCount });
  if (!ensemble.ok) {
    const expectedGraph = 'TreeEnsembleRegressor, constant Mul, Add or Gemm, Sigmoid';
    misfits.push({ where: 'model.onnx graph', expected: expectedGraph, found: ensemble.detail });
    return { value: undefined, misfits };
  }
  if (ensemble.value.cover === undefined) {
    const where = 'model.onnx nodes_hitrates';
    misfits.push({ where, expected: 'the training rows of each node', found: 'model carries no node covers' });
  }
  return { value: ensemble.value, misfits };
}

function checkVersions({ irVersion, opsets }: ModelProto): readonly Misfit[] {
  const misfits: Misfit[] = [];
  if (irVersion < 1 || irVersion > MAX_IR_VERSION) {
    misfits.push({ where: 'model.onnx ir_version', expected: `at most ${MAX_IR_VERSION}`, found: `${irVersion}` });
  }
  for (const [domain, version] of opsets) {
    const limit = MAX_OPSETS.get(domain);
    if (limit !== undefined && version <= limit) continue;
    const allowed = [...MAX_OPSETS].map(([name, most]) => `${name} ≤ ${most}`).join(' and ');
    misfits.push({ where: 'model.onnx opset_import', expected: allowed, found: `${domain} ${version}` });
  }
  return misfits;
}

function checkMetadata(
  metadata: ModelProto['metadata'],
  expected: ExpectedFeatures & ModelIdentity & { readonly thresholds: Thresholds | undefined },
): readonly Misfit[] {
  const where = 'model.onnx metadata';
  // Optional, but when the model names its threshold it must be the one that is applied.
  const thresholdHigh = metadata.get('threshold_high');
  return [
    ...compare(`${where} model_name`, expected.name, metadata.get('model_name')),
    ...compare(`${where} model_version`, expected.version, metadata.get('model_version')),
    ...compare(`${where} feature_schema_sha256`, expected.featureSchemaSha256, metadata.get('feature_schema_sha256')),
    ...compareNames(`${where} feature_names`, expected.featureNames, parseNames(metadata.get('feature_names'))),
    ...(thresholdHigh === undefined || expected.thresholds === undefined
      ? []
      : compare(`${where} threshold_high`, expected.thresholds.high, Number(thresholdHigh))),
  ];
}

function parseNames(text: string | undefined): readonly (string | undefined)[] {
  try {
    const names: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(names) ? names.map((name) => (typeof name === 'string' ? name : undefined)) : [];
  } catch {
    return [];
  }
}

function checkTensors(
  kind: 'input' | 'output',
  tensors: readonly TensorInfo[],
  { name, columns }: { readonly name: string; readonly columns: number },
): readonly Misfit[] {
  const found = tensors.map(
    (tensor) =>
      `${tensor.name} ${tensor.isFloat32 ? 'float32' : 'of another type'} [${tensor.shape.map((size) => size ?? 'N').join(', ')}]`,
  );
  return compare(`model.onnx ${kind}`, `${name} float32 [N, ${columns}]`, found.join(' and '));
}
