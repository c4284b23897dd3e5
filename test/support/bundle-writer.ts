import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { probabilityOf } from '../../services/core/explain/score-tree.ts';
import type { EnsembleParts } from '../../services/core/explain/tree-ensemble.ts';
import { encodeOnnx, type OnnxOptions } from './onnx-writer.ts';
import { naiveMargin, randomRows, seededRandom } from './random-trees.ts';

export interface BundleRecipe {
  readonly forest: EnsembleParts;
  readonly name: string;
  readonly version: string;
  readonly featureNames: readonly string[];
  readonly featureSchemaSha256: string;
  readonly goldenCases: number;
  /** What the ONNX file has instead of what fits. */
  readonly onnx?: Partial<OnnxOptions>;
  /** Metadata entries that replace what fits. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Files that replace what fits, listed with their own sums; undefined leaves one out. */
  readonly files?: Readonly<Record<string, string | undefined>>;
}

/** Writes a model bundle under `root` and returns its directory. Golden cases come from the naive oracle. */
export async function writeBundle(root: string, recipe: BundleRecipe): Promise<string> {
  const directory = path.join(root, recipe.name, recipe.version);
  await mkdir(directory, { recursive: true });
  const files: Record<string, Uint8Array | string | undefined> = { ...fittingFiles(recipe), ...recipe.files };
  const sums: string[] = [];
  for (const [name, content] of Object.entries(files)) {
    if (content === undefined) continue;
    await writeFile(path.join(directory, name), content);
    sums.push(`${createHash('sha256').update(content).digest('hex')}  ${name}\n`);
  }
  await writeFile(path.join(directory, 'SHA256SUMS'), sums.join(''));
  return directory;
}

function fittingFiles(recipe: BundleRecipe): Record<string, Uint8Array | string> {
  const { forest, featureNames, featureSchemaSha256 } = recipe;
  const features = featureNames.map((name, index) => ({
    name,
    unit: 'count',
    windowDays: 28,
    dtype: 'float32',
    typicalValue: index % 5 === 0 ? null : index,
  }));
  const options: OnnxOptions = {
    metadata: {
      model_name: recipe.name,
      model_version: recipe.version,
      feature_schema_sha256: featureSchemaSha256,
      feature_names: JSON.stringify(featureNames),
      threshold_high: '0.6',
      ...recipe.metadata,
    },
    irVersion: 8,
    opsets: { '': 17, 'ai.onnx.ml': 3 },
    inputName: 'input',
    inputColumns: forest.featureCount,
    outputName: 'churn_probability',
    affine: 'mul-add',
    hasCovers: true,
    aggregate: 'SUM',
    branchMode: 'BRANCH_LEQ',
    finalOperator: 'Sigmoid',
    ...recipe.onnx,
  };
  return {
    'model.onnx': encodeOnnx(forest, options),
    MLmodel: 'flavors:\n  onnx:\n    data: model.onnx\n',
    'MODEL_CARD.md': '# A random forest of the tests\n',
    'feature_schema.json': JSON.stringify({ schemaSha256: featureSchemaSha256, features }),
    'thresholds.json': JSON.stringify({ high: 0.6, medium: 0.3 }),
    'golden.jsonl': goldenLines(forest, recipe.goldenCases),
  };
}

function goldenLines(forest: EnsembleParts, count: number): string {
  const rows = randomRows(seededRandom(count), forest, { count, missingShare: 0.1 });
  const lines = Array.from({ length: count }, (_, index) => {
    const row = rows.subarray(index * forest.featureCount, (index + 1) * forest.featureCount);
    const rawMargin = naiveMargin(forest, row);
    const vector = Array.from(row, (value) => (Number.isNaN(value) ? null : value));
    return `${JSON.stringify({ vector, rawMargin, probability: probabilityOf(rawMargin) })}\n`;
  });
  return lines.join('');
}
