import path from 'node:path';
import type { TreeEnsemble } from '../../core/explain/tree-ensemble.ts';
import type { DriftBaseline } from '../../core/quality/drift-baseline.ts';
import { checkCalibration, type Calibration } from './check-calibration.ts';
import { checkDriftBaseline } from './check-drift-baseline.ts';
import { checkFeatureSchema, type ExpectedFeatures } from './check-feature-schema.ts';
import { checkGoldenCoverage } from './check-golden-coverage.ts';
import { checkGolden } from './check-golden.ts';
import { checkMlModel } from './check-ml-model.ts';
import { checkModel, INPUT_NAME, OUTPUT_NAME } from './check-model.ts';
import { checkTrainingSummary } from './check-training-summary.ts';
import { parseGolden, type GoldenCase } from './golden-case.ts';
import { reasonOf, RefusedBundleError, type Checked, type Misfit } from './misfit.ts';
import { openSession, type ScoringSession } from './open-session.ts';
import { parseThresholds, type Thresholds } from './parse-thresholds.ts';
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
  readonly calibration: Calibration;
  /** How features and scores were spread when the model was made. */
  readonly driftBaseline: DriftBaseline;
  /** SHA-256 of model.onnx in hex. */
  readonly sha256: string;
}

const REQUIRED = [
  'model.onnx',
  'MLmodel',
  'feature_schema.json',
  'calibration.json',
  'thresholds.json',
  'drift_baseline.json',
  'golden.jsonl',
  'training_summary.json',
  'REPORT.md',
  'MODEL_CARD.md',
];

/**
 * Opens models/<name>/<version>/. Checks the files against their sums, the model against the features that the code
 * computes, each document against the model, and the golden cases against ONNX Runtime, the tree walker and the explainer.
 * Throws a RefusedBundleError that lists everything that does not fit.
 */
export async function openModelBundle(directory: string, expected: ExpectedFeatures): Promise<ModelBundle> {
  const resolved = path.resolve(directory);
  const version = path.basename(resolved);
  const name = path.basename(path.dirname(resolved));
  const { featureNames } = expected;
  const { value: files, misfits: fileMisfits } = await readBundleFiles(resolved, REQUIRED);
  const check = <T>(file: string, by: (bytes: Uint8Array) => Checked<T>): Checked<T> => checkFile(files, file, by);

  const thresholds = check('thresholds.json', parseThresholds);
  const identity = { name, version };
  const trees = check('model.onnx', (bytes) =>
    checkModel(bytes, { ...expected, ...identity, thresholds: thresholds.value }),
  );
  const ensemble = trees.value;
  const schema = check('feature_schema.json', (bytes) => checkFeatureSchema(bytes, expected));
  const calibration = check('calibration.json', (bytes) => checkCalibration(bytes, ensemble));
  const driftBaseline = check('drift_baseline.json', (bytes) => checkDriftBaseline(bytes, { ...expected, ensemble }));
  const golden = check('golden.jsonl', (bytes) => parseGolden(bytes, featureNames.length));
  const documents = [
    check('MLmodel', (bytes) => checkMlModel(bytes, { ...identity, featureCount: featureNames.length })),
    check('training_summary.json', (bytes) => checkTrainingSummary(bytes, identity)),
    ...['REPORT.md', 'MODEL_CARD.md'].map((file) => check(file, (bytes) => checkNotEmpty(file, bytes))),
  ];
  const coverage =
    ensemble === undefined || golden.value === undefined
      ? []
      : checkGoldenCoverage(golden.value, { ensemble, featureNames });
  // Bytes that are not what the sums promise do not get as far as native code.
  const isIntact = fileMisfits.length === 0;
  const model = files?.get('model.onnx');
  const session =
    isIntact && model !== undefined && ensemble !== undefined
      ? await tryModel(model.bytes, { ensemble, golden: golden.value ?? [] })
      : NOTHING;

  const parts = [schema, thresholds, trees, calibration, driftBaseline, ...documents, golden];
  const misfits = [...fileMisfits, ...parts.flatMap((part) => part.misfits), ...coverage, ...session.misfits];
  if (
    misfits.length > 0 ||
    model === undefined ||
    ensemble === undefined ||
    schema.value === undefined ||
    thresholds.value === undefined ||
    calibration.value === undefined ||
    driftBaseline.value === undefined ||
    session.value === undefined
  ) {
    await session.value?.close();
    throw new RefusedBundleError(resolved, misfits);
  }
  return {
    name,
    version,
    modelVersion: `${name}/${version}`,
    ensemble,
    featureNames,
    typicalValues: schema.value,
    thresholds: thresholds.value,
    calibration: calibration.value,
    driftBaseline: driftBaseline.value,
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

/** Documents for people are there to be read. */
function checkNotEmpty(where: string, bytes: Uint8Array): Checked<true> {
  const misfits: readonly Misfit[] = bytes.length === 0 ? [{ where, expected: 'a text', found: 'an empty file' }] : [];
  return { value: true, misfits };
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
