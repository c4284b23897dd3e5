import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEvaluateOptions, parseTrainOptions } from '../../../models/pipeline/pipeline-options.ts';

test('paths are those of the folder where the person stands; the bundle is the shipped one unless told', () => {
  assert.deepEqual(parseEvaluateOptions(['--data', '../data', '--json', 'figures.json'], '/home/me', '/shipped'), {
    kind: 'options',
    options: {
      data: '/home/data',
      json: '/home/me/figures.json',
      rows: undefined,
      report: undefined,
      bundle: '/shipped',
      replaySeeds: [1],
    },
  });
});

test('training takes several seeds of the replay, the first of which goes through the stream', () => {
  assert.deepEqual(
    parseTrainOptions(
      ['--data', '/data', '--bundle', 'b/2.0.0', '--replay-seeds', '7,1,2', '--high', '0.5'],
      '/me',
      '/shipped',
    ),
    {
      kind: 'options',
      options: { data: '/data', bundle: '/me/b/2.0.0', replaySeeds: [7, 1, 2], high: 0.5, medium: undefined },
    },
  );
});

test('all mistakes are told together, with how it is used', () => {
  const parsed = parseTrainOptions(['--replay-seeds', '1,x', '--high', 'much'], '/me', '/shipped');
  assert.equal(parsed.kind, 'mistakes');
  assert.deepEqual(parsed.mistakes, [
    '--data is missing',
    '--replay-seeds: expected different whole numbers, such as 1,2,3',
    '--high: expected a number between 0 and 1',
  ]);
  assert.match(parsed.usage, /model:train/);
});

test('an unknown option does not hide what else is wrong, and its value is not told as well', () => {
  const parsed = parseEvaluateOptions(['--bogus', 'x', '--json', '--rows', 'r.csv'], '/me', '/shipped');
  assert.equal(parsed.kind, 'mistakes');
  assert.deepEqual(parsed.mistakes, [
    '--bogus: there is no such option',
    '--json: a value is missing',
    '"r.csv": expected an option before it',
    '--data is missing',
  ]);
});

for (const [what, args] of [
  ['bands that overlap', ['--data', '/d', '--high', '0.3', '--medium', '0.4']],
  ['a high band below the usual medium one', ['--data', '/d', '--high', '0.2']],
] as const) {
  test(`${what}: a mistake`, () => {
    assert.equal(parseTrainOptions(args, '/me', '/shipped').kind, 'mistakes');
  });
}

for (const [what, args] of [
  ['an option given twice', ['--data', '/data', '--data', '/other']],
  ['an unknown option', ['--data', '/data', '--speed', '9']],
  ['an empty value', ['--data', '']],
  ['a seed given twice', ['--data', '/data', '--replay-seeds', '1,1']],
  ['a seed beyond what the replay takes', ['--data', '/data', '--replay-seeds', '4294967296']],
  ['a bare word', ['--data', '/data', 'more']],
] as const) {
  test(`${what} is a mistake`, () => {
    assert.equal(parseEvaluateOptions(args, '/me', '/shipped').kind, 'mistakes');
  });
}

test('--help wins over mistakes', () => {
  assert.equal(parseEvaluateOptions(['--help'], '/me', '/shipped').kind, 'help');
});
