import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFaultOptions } from './fault-options.ts';
import { exitCodeOf, formatFaults, isKeptOutcome } from './fault-report.ts';
import type { ScenarioOutcome } from './fault-report.ts';
import type { ScenarioResult } from './scenario.ts';

const kept: ScenarioResult = {
  injected: { 'kill -9': 100 },
  compared: { states: 4_094, alerts: 910 },
  lost: 0,
  doubled: 0,
  invented: 0,
  differences: [],
  measured: {},
};

function ran(changes: Partial<ScenarioResult>): ScenarioOutcome {
  return { name: 'some-fault', promise: 'It holds.', seconds: 61.4, type: 'ran', result: { ...kept, ...changes } };
}

test('a scenario is kept only if it did something, compared something and found no difference', () => {
  assert.ok(isKeptOutcome(ran({})));
  assert.ok(!isKeptOutcome(ran({ lost: 1 })));
  assert.ok(!isKeptOutcome(ran({ doubled: 1 })));
  assert.ok(!isKeptOutcome(ran({ invented: 1 })));
  assert.ok(!isKeptOutcome(ran({ lost: 5, invented: -5 })));
  assert.ok(!isKeptOutcome(ran({ lost: NaN })));
  assert.ok(!isKeptOutcome(ran({ differences: ['a pause of 7 s'] })));
  assert.ok(!isKeptOutcome(ran({ injected: { 'kill -9': 0 } })));
  assert.ok(!isKeptOutcome(ran({ compared: {} })));
  assert.ok(!isKeptOutcome({ name: 'a', promise: '', seconds: 1, type: 'failed', reason: 'it threw' }));
});

test('a run succeeds only if every scenario was tried and kept', () => {
  const notRun: ScenarioOutcome = { name: 'a', promise: '', seconds: 0, type: 'not run', reason: 'no openssl' };
  assert.equal(exitCodeOf([ran({})]), 0);
  assert.equal(exitCodeOf([ran({}), ran({ doubled: 1 })]), 1);
  assert.equal(exitCodeOf([ran({}), notRun]), 1);
  assert.equal(exitCodeOf([]), 1);
});

test('the table tells what was injected, compared and found, and below a row what broke it', () => {
  const table = formatFaults(
    [
      ran({}),
      ran({ lost: 2, differences: ['alerts that are missing: a, b'] }),
      { name: 'absent', promise: '', seconds: 0, type: 'not run', reason: 'openssl is not there' },
    ],
    120,
  );
  assert.match(table, /some-fault +100 kill -9 +4,094 states, 910 alerts +0 +0 +0 +61 +kept/);
  assert.match(table, / 2 +0 +0 +61 +BROKEN\n +alerts that are missing: a, b/);
  assert.match(formatFaults([ran({ lost: null, doubled: null, invented: null })], 1), /910 alerts +– +– +– +61 +kept/);
  assert.match(table, /absent .*not run\n +openssl is not there/);
  assert.match(table, /1 of 3 kept, 1 not kept, 1 not run; 2\.0 minutes/);
});

test('what does not fit beside the other columns goes on below, and many kinds are summed', () => {
  const kinds = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`kind ${i} of rubbish`, 3]));
  const table = formatFaults([ran({ injected: kinds })], 60);
  assert.match(table, /some-fault +3 kind 0 of rubbish, 3 kind 1 of rubbish, +4,094 states/);
  assert.match(table, /84 of 28 more kinds\n/);
  for (const line of table.split('\n')) assert.ok(line.length < 160, line);
});

test('options that are wrong are told with what there is', () => {
  const known = [
    { name: 'first', promise: 'One.' },
    { name: 'second', promise: 'Two.' },
  ];
  assert.deepEqual(parseFaultOptions(['--only', 'second', '--only', 'first', '--small'], known), {
    scenarios: ['first', 'second'],
    size: 'small',
    seed: 1,
    simulate: undefined,
    json: undefined,
    logs: undefined,
  });
  assert.throws(() => parseFaultOptions(['--only', 'third'], known), /there is no scenario third[^]*second +Two\./);
  assert.throws(() => parseFaultOptions(['--simulate', '0'], known), /--simulate: expected a whole number from 1/);
  assert.throws(() => parseFaultOptions(['--seeds', '4'], known), /--seeds/);
});
