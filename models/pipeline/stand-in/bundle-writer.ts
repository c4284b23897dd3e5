import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EnsembleParts } from '../../../services/core/explain/tree-ensemble.ts';
import { driftBaselineOf } from './drift-baseline-writer.ts';
import { goldenCasesOf } from './golden-writer.ts';
import { encodeOnnx, type OnnxOptions } from './onnx-writer.ts';

export interface BundleRecipe {
  readonly forest: EnsembleParts;
  readonly name: string;
  readonly version: string;
  readonly featureNames: readonly string[];
  readonly featureSchemaSha256: string;
  /** What the ONNX file has instead of what fits. */
  readonly onnx?: Partial<OnnxOptions>;
  /** Metadata entries that replace what fits. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Contents by file name. */
export type BundleContents = Readonly<Record<string, Uint8Array | string>>;

/** Writes a whole model bundle under `root` and returns its directory. */
export function writeBundle(root: string, recipe: BundleRecipe): Promise<string> {
  return writeBundleFiles(root, recipe, bundleContents(recipe));
}

/** Writes the files of a bundle with their sums, whatever is in them, and returns their directory. */
export async function writeBundleFiles(
  root: string,
  { name, version }: Pick<BundleRecipe, 'name' | 'version'>,
  contents: BundleContents,
): Promise<string> {
  const directory = path.join(root, name, version);
  await mkdir(directory, { recursive: true });
  for (const [file, content] of Object.entries(contents)) await writeFile(path.join(directory, file), content);
  await writeFile(path.join(directory, 'SHA256SUMS'), sumsOf(contents));
  return directory;
}

export function sumsOf(contents: BundleContents): string {
  return Object.entries(contents)
    .map(([file, content]) => `${createHash('sha256').update(content).digest('hex')}  ${file}\n`)
    .join('');
}

/** All files of a bundle that fits its recipe; what it says of the trees comes from the naive oracle. */
export function bundleContents(recipe: BundleRecipe): BundleContents {
  const { forest, name, version, featureNames, featureSchemaSha256 } = recipe;
  const { scale, offset, featureCount } = forest;
  const features = featureNames.map((feature, index) => ({
    name: feature,
    unit: 'count',
    windowDays: 28,
    dtype: 'float32',
    typicalValue: index % 5 === 0 ? null : index,
  }));
  const cases = goldenCasesOf(forest);
  const method = scale === 1 && offset === 0 ? 'identity' : 'platt';
  return {
    'model.onnx': modelOf(recipe),
    MLmodel: mlModelOf(name, version, featureCount),
    'MODEL_CARD.md': '# A random forest of the tests\n',
    'REPORT.md': '# It was not evaluated\n',
    'feature_schema.json': JSON.stringify({ schemaSha256: featureSchemaSha256, features }),
    'calibration.json': JSON.stringify({ method, scale, offset, rows: cases.length, ece: 0.01, brier: 0.1 }),
    'thresholds.json': JSON.stringify({ high: 0.6, medium: 0.3 }),
    'training_summary.json': JSON.stringify({ model: { name, version } }),
    'drift_baseline.json': JSON.stringify(driftBaselineOf(recipe, cases)),
    'golden.jsonl': cases.map((golden) => `${JSON.stringify(golden)}\n`).join(''),
  };
}

/** The bytes of model.onnx. */
export function modelOf(recipe: BundleRecipe): Uint8Array {
  return encodeOnnx(recipe.forest, {
    metadata: {
      model_name: recipe.name,
      model_version: recipe.version,
      feature_schema_sha256: recipe.featureSchemaSha256,
      feature_names: JSON.stringify(recipe.featureNames),
      threshold_high: '0.6',
      ...recipe.metadata,
    },
    irVersion: 8,
    opsets: { '': 17, 'ai.onnx.ml': 3 },
    inputName: 'input',
    inputColumns: recipe.forest.featureCount,
    outputName: 'churn_probability',
    affine: 'mul-add',
    hasCovers: true,
    aggregate: 'SUM',
    branchMode: 'BRANCH_LEQ',
    finalOperator: 'Sigmoid',
    ...recipe.onnx,
  });
}

/** The text of MLmodel. */
export function mlModelOf(name: string, version: string, featureCount: number): string {
  const tensor = (tensorName: string, columns: number): string =>
    JSON.stringify([{ name: tensorName, type: 'tensor', 'tensor-spec': { dtype: 'float32', shape: [-1, columns] } }]);
  return `\
flavors:
  onnx:
    data: model.onnx
signature:
  inputs: '${tensor('input', featureCount)}'
  outputs: '${tensor('churn_probability', 1)}'
metadata:
  model_name: ${name}
  model_version: ${version}
`;
}
