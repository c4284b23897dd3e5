import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScenarioOutcome } from '../report/fault-report.ts';
import { runScenario } from './run-scenario.ts';
import { runScenarios } from './run-scenarios.ts';
import type { FaultScenario, ScenarioResult } from '../scenario.ts';

const kept: ScenarioResult = {
  injected: { kills: 1 },
  compared: { states: 1 },
  lost: 0,
  doubled: 0,
  invented: 0,
  differences: [],
  measured: {},
};

function scenario(name: string, work: FaultScenario['run'], isAlone = false): FaultScenario {
  return { name, promise: 'It holds.', isAlone, run: work };
}

function run(signal: AbortSignal): (given: FaultScenario) => Promise<ScenarioOutcome> {
  return (given) => runScenario(given, { size: 'small', seed: 1, logs: undefined, signal }, () => undefined);
}

function typesOf(outcomes: readonly ScenarioOutcome[]): string[] {
  return outcomes.map(({ name, type }) => `${name}: ${type}`);
}

test('a scenario that throws has failed, with its error', async () => {
  const outcome = await run(new AbortController().signal)(
    scenario('throws', () => Promise.reject(new Error('no broker'))),
  );
  assert.ok(outcome.type === 'failed');
  assert.match(outcome.reason, /no broker/);
});

test('scenarios under way at an interruption are interrupted, whether they throw or return, and the rest is not run', async () => {
  const stop = new AbortController();
  const outcomes = await runScenarios(
    [
      scenario('alone', () => Promise.resolve(kept), true),
      scenario('ends-before', () => Promise.resolve(kept)),
      scenario('throws', async ({ signal }) => {
        await new Promise((resolve) => setImmediate(resolve));
        stop.abort();
        signal.throwIfAborted();
        return kept;
      }),
      scenario('returns-early', async ({ signal }) => {
        while (!signal.aborted) await new Promise((resolve) => setImmediate(resolve));
        return kept;
      }),
      scenario('never-begun', () => Promise.resolve(kept)),
    ],
    run(stop.signal),
    stop.signal,
  );
  assert.deepEqual(typesOf(outcomes), [
    'alone: not run',
    'ends-before: ran',
    'throws: interrupted',
    'returns-early: interrupted',
    'never-begun: not run',
  ]);
  for (const outcome of outcomes) {
    if (outcome.type === 'interrupted') assert.equal(outcome.reason, 'interrupted before its end');
    if (outcome.type === 'not run') assert.equal(outcome.reason, 'interrupted before it began');
  }
});

test('an interrupted scenario whose cleaning up fails stays interrupted, and says both', async () => {
  const stop = new AbortController();
  const outcome = await run(stop.signal)(
    scenario('untidy', (context) => {
      context.after(() => Promise.reject(new Error('a server would not stop')));
      stop.abort();
      return Promise.reject(new Error('aborted'));
    }),
  );
  assert.ok(outcome.type === 'interrupted');
  assert.equal(outcome.reason, 'interrupted before its end\na server would not stop');
});

test('what is known is told after each scenario', async () => {
  const told: string[][] = [];
  const { signal } = new AbortController();
  const scenarios = ['a', 'b', 'c'].map((name) => scenario(name, () => Promise.resolve(kept), true));
  await runScenarios(scenarios, run(signal), signal, (outcomes) => told.push(typesOf(outcomes)));
  assert.deepEqual(told, [['a: ran'], ['a: ran', 'b: ran'], ['a: ran', 'b: ran', 'c: ran']]);
});
