import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeBundleFiles } from '../../../models/pipeline/stand-in/bundle-writer.ts';
import {
  changed,
  names,
  parsed,
  recipe,
  refusalOf,
  temporaryFolder,
  testRefusals,
  withGolden,
} from '../../support/damaged-bundle.ts';

testRefusals([
  [
    'a golden line that is no JSON',
    'golden.jsonl',
    changed('golden.jsonl', (text) => `${text}{\n`),
    /line 1001: expected JSON/,
  ],
  [
    'a short golden vector',
    'golden.jsonl',
    withGolden(7, { vector: [1, null] }),
    /line 7: expected a vector of 12 numbers or nulls/,
  ],
  [
    'text in a golden vector',
    'golden.jsonl',
    withGolden(7, { vector: names }),
    /line 7: expected a vector of 12 numbers or nulls/,
  ],
  [
    'too few golden contributions',
    'golden.jsonl',
    withGolden(7, { contributions: [1] }),
    /line 7: .* and, if any, 13 contributions/,
  ],
  [
    'a golden case of another model',
    'golden.jsonl',
    withGolden(9, { probability: 0.001 }),
    /case 9, probability by ONNX Runtime: expected 0.001 ± 0.000001, found 0\.\d+/,
  ],
  [
    'a golden margin that the walker does not reach',
    'golden.jsonl',
    withGolden(500, { rawMargin: 9 }),
    /case 500, raw margin by the tree walker: expected 9 ± 0.00001, found/,
  ],
  [
    'golden contributions of another model',
    'golden.jsonl',
    withGolden(3, { contributions: names.map(() => 0).concat(1) }),
    /case 3, contribution by TreeSHAP: expected .* ± 0.0001, found/,
  ],
  [
    'golden contributions that do not add up',
    'golden.jsonl',
    withGolden(3, { contributions: names.map(() => 0).concat(1) }),
    /case 3, sum of the contributions: expected .* ± 0.00001, found 1$/m,
  ],
]);

/** Golden cases cut down to what shows too little. */
const uncovered: readonly (readonly [string, (lines: readonly string[]) => readonly string[], string])[] = [
  ['too few cases', (lines) => lines.slice(0, 999), 'at least 1000 cases'],
  ['no case', () => [], 'at least 1000 cases'],
  [
    'too few cases with contributions',
    (lines) =>
      lines.map((line, index) => (index < 199 ? line : JSON.stringify({ ...parsed(line), contributions: undefined }))),
    'at least 200 cases with contributions',
  ],
  [
    'a feature that is never missing',
    (lines) => lines.flatMap((line) => (lines.length > 0 && vectorOf(line)[4] !== null ? [line, line] : [])),
    'each feature that the trees use missing in some case',
  ],
  [
    'a feature that is never known',
    (lines) => lines.filter((line) => vectorOf(line)[4] === null).flatMap((line) => Array<string>(20).fill(line)),
    'each feature that the trees use known in some case',
  ],
];

for (const [fault, cut, wanted] of uncovered) {
  test(`golden cases with ${fault} are refused`, async (context) => {
    const contents = changed('golden.jsonl', (text) => cut(text.trimEnd().split('\n')).join('\n'));
    const lines = await refusalOf(await writeBundleFiles(await temporaryFolder(context), recipe, contents));
    for (const line of lines) assert.ok(line.startsWith('golden.jsonl: expected '), line);
    assert.ok(lines.some((line) => line.startsWith(`golden.jsonl: expected ${wanted}, found `)));
  });
}

function vectorOf(line: string): readonly unknown[] {
  const { vector } = parsed(line);
  assert.ok(Array.isArray(vector));
  return vector;
}
