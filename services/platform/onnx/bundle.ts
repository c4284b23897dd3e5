import path from 'node:path';
import type { TreeEnsemble } from '../../core/explain/tree-ensemble.ts';
import {
  checkFeatureSchema,
  parseGolden,
  parseThresholds,
  type ExpectedFeatures,
  type GoldenCase,
  type Thresholds,
} from './bundle-documents.ts';
import { checkGolden } from './check-golden.ts';
import { checkModel, INPUT_NAME, OUTPUT_NAME } from './check-model.ts';
import { reasonOf, RefusedBundleError, type Checked } from './misfit.ts';
import { openSession, type ScoringSession } from './open-session.ts';
import { readBundleFiles, type BundleFile } from './read-bundle-files.ts';

/** A model that passed every check, ready to score. */
export interface ModelBundle extends ScoringSession {
  readonly name: string;
  readonly version: string;
  /** "name/version", as every score and alert carries it. */
  readonly modelVersion: string;
  /** The same trees as in the session, to explain a score or to score a single row. */
  readonly ensemble: TreeEnsemble;
  readonly featureNames: readonly string[];
  /** Typical value per feature in vector order; undefined where there is none. */
  readonly typicalValues: readonly (number | undefined)[];
  readonly thresholds: Thresholds;
  /** SHA-256 of model.onnx in hex. */
  readonly sha256: string;
}

/**
 * Opens models/<name>/<version>/. Checks the files against their sums, the model against the features that the code
 * computes, and the golden cases against both ONNX Runtime and the tree walker.
 * Throws a RefusedBundleError that lists everything that does not fit.
 */
export async function openModelBundle(directory: string, expected: ExpectedFeatures): Promise<ModelBundle> {
  const resolved = path.resolve(directory);
  const version = path.basename(resolved);
  const name = path.basename(path.dirname(resolved));
  const { value: files, misfits: fileMisfits } = await readBundleFiles(resolved);

  const model = files?.get('model.onnx');
  const schema = checkFile(files, 'feature_schema.json', (bytes) => checkFeatureSchema(bytes, expected));
  const thresholds = checkFile(files, 'thresholds.json', parseThresholds);
  const golden = checkFile(files, 'golden.jsonl', (bytes) => parseGolden(bytes, expected.featureNames.length));
  const identity = { name, version, thresholds: thresholds.value };
  const trees = checkFile(files, 'model.onnx', (bytes) => checkModel(bytes, { ...expected, ...identity }));
  // Bytes that are not what the sums promise do not get as far as native code.
  const isIntact = fileMisfits.length === 0;
  const session =
    isIntact && model !== undefined && trees.value !== undefined
      ? await tryModel(model.bytes, { ensemble: trees.value, golden: golden.value ?? [] })
      : NOTHING;

  const parts = [schema, thresholds, golden, trees, session];
  const misfits = [fileMisfits, ...parts.map((part) => part.misfits)].flat();
  if (
    misfits.length > 0 ||
    model === undefined ||
    schema.value === undefined ||
    thresholds.value === undefined ||
    trees.value === undefined ||
    session.value === undefined
  ) {
    await session.value?.close();
    throw new RefusedBundleError(resolved, misfits);
  }
  return {
    name,
    version,
    modelVersion: `${name}/${version}`,
    ensemble: trees.value,
    featureNames: expected.featureNames,
    typicalValues: schema.value,
    thresholds: thresholds.value,
    sha256: model.sha256,
    ...session.value,
  };
}

/** A part that was not looked at, because what it needs is missing and reported elsewhere. */
const NOTHING: Checked<never> = { value: undefined, misfits: [] };

function checkFile<T>(
  files: ReadonlyMap<string, BundleFile> | undefined,
  name: string,
  check: (bytes: Uint8Array) => Checked<T>,
): Checked<T> {
  const file = files?.get(name);
  return file === undefined ? NOTHING : check(file.bytes);
}

/** Opens the session and scores the golden cases; the session is open even when they do not agree. */
async function tryModel(
  model: Uint8Array,
  { ensemble, golden }: { readonly ensemble: TreeEnsemble; readonly golden: readonly GoldenCase[] },
): Promise<Checked<ScoringSession>> {
  const { featureCount } = ensemble;
  let session: ScoringSession | undefined;
  try {
    session = await openSession(model, { inputName: INPUT_NAME, outputName: OUTPUT_NAME, featureCount });
    return { value: session, misfits: await checkGolden(golden, { session, ensemble }) };
  } catch (error) {
    const misfit = { where: 'model.onnx', expected: 'a model that ONNX Runtime runs', found: reasonOf(error) };
    return { value: session, misfits: [misfit] };
  }
}
