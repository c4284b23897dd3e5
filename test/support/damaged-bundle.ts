import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { openModelBundle } from '../../services/platform/onnx/bundle.ts';
import { RefusedBundleError } from '../../services/platform/onnx/misfit.ts';
import {
  bundleContents,
  modelOf,
  writeBundleFiles,
  type BundleContents,
  type BundleRecipe,
} from '../../models/pipeline/stand-in/bundle-writer.ts';
import { randomForest, seededRandom } from '../../models/pipeline/stand-in/random-trees.ts';

export const names = Array.from({ length: 12 }, (_, index) => `feature_${index}`);
export const recipe: BundleRecipe = {
  forest: randomForest(seededRandom(7), { trees: 20, leaves: 15, featureCount: names.length }),
  name: 'churn-test',
  version: '1.2.3',
  featureNames: names,
  featureSchemaSha256: 'a'.repeat(64),
};
export const expected = { featureNames: names, featureSchemaSha256: recipe.featureSchemaSha256 };
/** The files of a bundle that fits. */
export const fitting = bundleContents(recipe);

/** The file of a fitting bundle as text. */
export function textOf(file: string): string {
  return String(fitting[file]);
}

/** The bundle with one file rewritten, its sum with it. */
export function changed(file: string, change: (text: string) => string): BundleContents {
  const text = textOf(file);
  const other = change(text);
  assert.notEqual(other, text);
  return { ...fitting, [file]: other };
}

/** The bundle with fields of one JSON document replaced. */
export function withFields(file: string, fields: object): BundleContents {
  return changed(file, (text) => JSON.stringify({ ...parsed(text), ...fields }));
}

/** The bundle with fields of one golden case replaced; counted from 1. */
export function withGolden(number: number, fields: object): BundleContents {
  return changed('golden.jsonl', (text) =>
    text
      .split('\n')
      .map((line, index) => (index === number - 1 ? JSON.stringify({ ...parsed(line), ...fields }) : line))
      .join('\n'),
  );
}

export function withModel(change: Partial<BundleRecipe>): BundleContents {
  return { ...fitting, 'model.onnx': modelOf({ ...recipe, ...change }) };
}

export function without(file: string): BundleContents {
  return Object.fromEntries(Object.entries(fitting).filter(([name]) => name !== file));
}

export function parsed(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  assert.ok(typeof value === 'object' && value !== null);
  return Object.fromEntries(Object.entries(value));
}

/** What is wrong, in which file, the bundle with it, and what must be told. */
export type Damage = readonly [fault: string, file: string, contents: BundleContents, told: RegExp];

/** Everything in each bundle fits but the file named: all that is told is about it, the pattern among it. */
export function testRefusals(damages: readonly Damage[]): void {
  for (const [fault, file, contents, told] of damages) {
    test(`a bundle with ${fault} is refused, and what is told is about ${file}`, async (context) => {
      const lines = await refusalOf(await writeBundleFiles(await temporaryFolder(context), recipe, contents));
      for (const line of lines) assert.ok(line.startsWith(file), line);
      assert.match(lines.join('\n'), told);
    });
  }
}

/** What a refusal tells, one line for each misfit. */
export async function refusalOf(directory: string): Promise<readonly string[]> {
  const refusal: unknown = await openModelBundle(directory, expected).then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(refusal instanceof RefusedBundleError);
  assert.ok(refusal.misfits.length > 0);
  return refusal.misfits.map(({ where, expected: wanted, found }) => `${where}: expected ${wanted}, found ${found}`);
}

export async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'churn-bundle-'));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}
