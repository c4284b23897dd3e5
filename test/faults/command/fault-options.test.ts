import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FaultOptionsError, parseFaultOptions } from './fault-options.ts';

const known = [
  { name: 'first', promise: 'One.' },
  { name: 'second', promise: `Two, and ${'much more '.repeat(10)}besides.` },
];

function refusalOf(...args: string[]): string {
  try {
    parseFaultOptions(args, known);
  } catch (error) {
    assert.ok(error instanceof FaultOptionsError);
    assert.ok(!error.isHelp);
    return error.message;
  }
  throw new assert.AssertionError({ message: `not refused: ${args.join(' ')}` });
}

test('scenarios are run in the order of the list, all of them where none is named', () => {
  const nothing = { seed: 1, simulate: undefined, json: undefined, logs: undefined };
  assert.deepEqual(parseFaultOptions(['--only', 'second', '--only', 'first', '--small'], known), {
    ...nothing,
    scenarios: ['first', 'second'],
    size: 'small',
  });
  assert.deepEqual(parseFaultOptions([], known), { ...nothing, scenarios: ['first', 'second'], size: 'full' });
});

test('a wrong option is told on one line, with a hint at the help on another', () => {
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [['--only', 'third'], /there is no scenario third/],
    [['--simulate', '0'], /--simulate: expected a whole number from 1/],
    [['--seed', 'x'], /--seed: expected a whole number from 1/],
    [['--seeds', '4'], /--seeds/],
    [['--json'], /--json/],
    [['--json', '--small'], /--json/],
    [['--json='], /--json: expected a path/],
    [['--logs='], /--logs: expected a path/],
    [['kill-scorers'], /kill-scorers/],
  ];
  for (const [args, what] of wrong) {
    const [line = '', hint, ...rest] = refusalOf(...args).split('\n');
    assert.match(line, what);
    assert.equal(hint, 'npm run faults -- --help shows the options');
    assert.deepEqual(rest, []);
  }
});

test('--simulate is refused beside options about scenarios, which it would pass over', () => {
  assert.match(refusalOf('--simulate', '5', '--only', 'first'), /^--simulate .* --only\n/);
  assert.match(refusalOf('--simulate', '5', '--small'), /^--simulate .* --small\n/);
  assert.match(refusalOf('--simulate', '5', '--logs', 'logs', '--small'), /^--simulate .* --small, --logs\n/);
});

test('--simulate takes a seed and a file for its JSON', () => {
  const { simulate, seed, json } = parseFaultOptions(['--simulate', '5', '--seed', '7', '--json', 'a.json'], known);
  assert.deepEqual({ simulate, seed, json }, { simulate: 5, seed: 7, json: 'a.json' });
});

test('help lists options and scenarios within 80 columns', () => {
  assert.throws(
    () => parseFaultOptions(['--help'], known),
    (error) => {
      assert.ok(error instanceof FaultOptionsError && error.isHelp);
      for (const line of error.message.split('\n')) assert.ok(line.length <= 80, line);
      assert.match(error.message, /--simulate N[^]*\n {2}first\n +One\.\n {2}second\n +Two, and /);
      return true;
    },
  );
});
