import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCodeOf, formatFaults, isKeptOutcome, whyNotKept } from './fault-report.ts';
import type { ScenarioOutcome } from './fault-report.ts';
import type { ScenarioResult } from '../scenario.ts';

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

const interrupted: ScenarioOutcome = {
  name: 'another-fault',
  promise: 'It holds.',
  seconds: 9,
  type: 'interrupted',
  reason: 'interrupted before its end',
};

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

test('an interrupted scenario is neither kept nor broken, and says why', () => {
  assert.ok(!isKeptOutcome(interrupted));
  assert.deepEqual(whyNotKept(interrupted), ['interrupted before its end']);
  assert.match(formatFaults([ran({}), interrupted], 60), /1 of 2 kept, 0 not kept, 1 interrupted; 1\.0 minutes/);
});

test('the table tells what was injected, compared and found, and below a row what of it and what broke it', () => {
  const table = formatFaults(
    [
      ran({}),
      ran({ lost: 2, differences: ['alerts that are missing: a, b'] }),
      { name: 'absent', promise: '', seconds: 0, type: 'not run', reason: 'openssl is not there' },
    ],
    120,
  );
  assert.match(table, /fault +verdict +injected +compared +lost +doubled +invented\n/);
  assert.match(table, /some-fault +kept +100 +5,004 +0 +0 +0\n +in 61 s: 100 kill -9\n/);
  assert.match(table, /\n +compared: 4,094 states, 910 alerts\n/);
  assert.match(table, /some-fault +BROKEN +100 +5,004 +2 +0 +0\n[^]* 910 alerts\n +alerts that are missing: a, b/);
  assert.match(formatFaults([ran({ lost: null, doubled: null, invented: null })], 1), /5,004 +– +– +–\n/);
  assert.match(table, /absent +not run +– +– +– +– +–\n +openssl is not there/);
  assert.match(table, /1 of 3 kept, 1 not kept, 1 not run; 2\.0 minutes/);
});

test('the table stays within 80 columns, whatever the names, counts and reasons', () => {
  const kinds = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`kind ${i} of rubbish`, 30_000]));
  const long = { name: 'acknowledgements-dropped' };
  const table = formatFaults(
    [
      { ...ran({ injected: kinds, compared: { states: 40_300_000 } }), ...long },
      { ...ran({ differences: ['a sentence that says what else was broken, '.repeat(4)] }), ...long },
      { ...interrupted, ...long },
    ],
    60,
  );
  for (const line of table.split('\n')) assert.ok(line.length <= 80, line);
  assert.match(table, /acknowledgements- +kept +1,200,000 +40,300,000 +0 +0 +0\n +dropped\n/);
});

test('names stay whole where the other columns leave room', () => {
  const table = formatFaults([{ ...ran({}), name: 'redis-eviction-policy' }], 60);
  assert.match(table, /redis-eviction-policy +kept/);
});

test('many kinds are summed', () => {
  const kinds = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`kind ${i} of rubbish`, 3]));
  const table = formatFaults([ran({ injected: kinds })], 60);
  assert.match(table, /some-fault +kept +120 /);
  assert.match(table, /in 61 s: 3 kind 0 of rubbish, 3 kind 1 of rubbish,/);
  assert.match(table, /84 of 28 more kinds\n/);
});
