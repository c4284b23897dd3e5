import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSimulation } from '../../simulation/run-simulation.ts';
import { isKeptSimulation, scenariosReport, simulationReport } from './fault-json.ts';
import type { ScenarioRun } from './fault-json.ts';
import type { ScenarioOutcome } from './fault-report.ts';

const about = { commit: 'c0ffee-dirty', versions: { kafka: '4.1.1' }, tookSeconds: 3, finishedAt: new Date(0) };
const result = {
  injected: { kills: 1 },
  compared: { states: 1 },
  lost: 0,
  doubled: 0,
  invented: 0,
  differences: [],
  measured: {},
};
const kept: ScenarioOutcome = { name: 'a', promise: 'It holds.', seconds: 1, type: 'ran', result };
const broken: ScenarioOutcome = { ...kept, name: 'b', result: { ...result, lost: 2, differences: ['late'] } };
const absent: ScenarioOutcome = { name: 'c', promise: '', seconds: 0, type: 'not run', reason: 'no openssl' };

/** As it is read back. */
function read(report: object): unknown {
  return JSON.parse(JSON.stringify(report));
}

function reportOf(changes: Partial<ScenarioRun>): object {
  const run = { ...about, interrupted: false, size: 'small', seed: 1, requested: ['a'], outcomes: [kept] } as const;
  return scenariosReport({ ...run, ...changes });
}

test('the JSON says of each scenario whether it was kept, and if not, why', () => {
  const report = read(reportOf({ requested: ['a', 'b', 'c'], outcomes: [kept, broken, absent] }));
  assert.partialDeepStrictEqual(report, {
    startedBy: 'npm run faults',
    commit: 'c0ffee-dirty',
    finishedAt: '1970-01-01T00:00:00.000Z',
    kept: false,
    interrupted: false,
    requested: ['a', 'b', 'c'],
    versions: { node: process.version, kafka: '4.1.1' },
    outcomes: [
      { name: 'a', type: 'ran', kept: true, brokenBy: [], result },
      { name: 'b', type: 'ran', kept: false, brokenBy: ['late', '2 lost, 0 doubled, 0 invented'] },
      { name: 'c', type: 'not run', kept: false, brokenBy: ['no openssl'], reason: 'no openssl' },
    ],
  });
});

test("the JSON names the project's version", () => {
  assert.ok('version' in reportOf({}));
  assert.match(JSON.stringify(reportOf({})), /"version":"\d+\.\d+\.\d+/);
});

test('a run is kept only if it ended by itself with all that was asked for kept', () => {
  assert.partialDeepStrictEqual(reportOf({}), { kept: true });
  assert.partialDeepStrictEqual(reportOf({ requested: ['a', 'b'] }), { kept: false });
  assert.partialDeepStrictEqual(reportOf({ finishedAt: null }), { kept: false, finishedAt: null });
  assert.partialDeepStrictEqual(reportOf({ interrupted: true }), { kept: false, interrupted: true });
  assert.partialDeepStrictEqual(reportOf({ outcomes: [broken] }), { kept: false });
});

test('a simulation has the same head, and its failures as texts', async () => {
  const nothing = await runSimulation({ seeds: 0, from: 1, workers: 0 });
  const totals = { ...nothing, seeds: 3, steps: 40, settled: 2, failures: [{ seed: 9, text: 'seed 9: lost one' }] };
  const report = read(simulationReport({ ...about, interrupted: false, from: 7, requested: 3, totals }));
  assert.partialDeepStrictEqual(report, {
    startedBy: 'npm run faults',
    kept: false,
    interrupted: false,
    commit: 'c0ffee-dirty',
    from: 7,
    requested: 3,
    seeds: 3,
    steps: 40,
    settled: 2,
    refused: 0,
    failures: ['seed 9: lost one'],
    compared: { records: 0, states: 0, alerts: 0, orders: 0 },
  });
});

test('a simulation is kept only if all its seeds were run and none failed', async () => {
  const totals = { ...(await runSimulation({ seeds: 0, from: 1, workers: 0 })), seeds: 3 };
  const run = { totals, requested: 3, interrupted: false };
  assert.ok(isKeptSimulation(run));
  assert.ok(!isKeptSimulation({ ...run, requested: 4 }));
  assert.ok(!isKeptSimulation({ ...run, interrupted: true }));
  assert.ok(!isKeptSimulation({ ...run, totals: { ...totals, failures: [{ seed: 1, text: '' }] } }));
});
