import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readOut } from '../../../models/export/read-out.ts';

const folder = mkdtempSync(join(tmpdir(), 'churn-out-'));
test.after(() => {
  rmSync(folder, { recursive: true });
});

function read(...given: readonly string[]): {
  readonly path: string | undefined;
  readonly mistakes: readonly string[];
} {
  const mistakes: string[] = [];
  return { path: readOut(new Map([['--out', given]]), folder, mistakes), mistakes };
}

test('a file in a folder that is there can be written', () => {
  assert.deepEqual(read('set.parquet'), { path: join(folder, 'set.parquet'), mistakes: [] });
});

for (const [what, given, expected] of [
  ['a folder', '.', /is a folder; expected the file/],
  ['a file in a folder that is not there', 'mistyped/set.parquet', /there is no folder .*mistyped/],
  ['nothing', '', /expected one value/],
] as const) {
  test(`${what} is refused before anything is read`, () => {
    const { mistakes } = read(given);
    assert.equal(mistakes.length, 1);
    assert.match(mistakes[0] ?? '', expected);
  });
}

test('an output must be given', () => {
  const mistakes: string[] = [];
  assert.equal(readOut(new Map(), folder, mistakes), undefined);
  assert.deepEqual(mistakes, ['--out: expected the Parquet file to be written']);
});
