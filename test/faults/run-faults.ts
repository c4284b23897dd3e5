/**
 * Kills, cuts off and confuses the service on real parts and compares what is left with what its log gives:
 * `npm run faults -- [options]`. Exit code 0 only if every promise was tried and kept. Started by launch.mjs.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { EXIT_INTERRUPTED, interruption } from '../../deploy/local/interruption.ts';
import { createProgress } from '../../deploy/local/progress.mjs';
import { requireNativeParts } from '../../deploy/local/require-native-parts.ts';
import { runSimulation } from '../simulation/run-simulation.ts';
import type { RunTotals } from '../simulation/run-simulation.ts';
import { commitOf } from './report/fault-commit.ts';
import { openReportFile } from './report/fault-files.ts';
import { isKeptSimulation, scenariosReport, simulationReport } from './report/fault-json.ts';
import type { FaultOptions } from './command/fault-options.ts';
import { exitCodeOf, formatFaults, isKeptOutcome } from './report/fault-report.ts';
import type { ScenarioOutcome } from './report/fault-report.ts';
import { formatSimulation } from './report/format-simulation.ts';
import { runScenario } from './command/run-scenario.ts';
import { runScenarios } from './command/run-scenarios.ts';
import { SCENARIOS } from './scenarios.ts';
import { tellFaultOptions } from './command/tell-options.ts';

const root = join(import.meta.dirname, '..', '..');
const stopped = interruption();
const progress = createProgress(process.stderr);
process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  const options = tellFaultOptions(args);
  if (typeof options === 'string') return options === 'help' ? 0 : 1;
  const { simulate, seed } = options;
  const file = openReportFile(options.json, (text) => {
    progress.note(text);
  });
  const write = (report: object): void => {
    file.write(report);
  };
  const code = simulate === undefined ? await runFaults(options, write) : await runSeeds(simulate, seed, write);
  if (stopped.aborted) return EXIT_INTERRUPTED;
  return file.isBehind() ? 1 : code;
}

async function runFaults(options: FaultOptions, write: (report: object) => void): Promise<number> {
  const { size, seed, logs, scenarios: requested } = options;
  const commit = commitOf(root);
  const { kafkaVersion, redisVersion } = requireNativeParts();
  const secondsSoFar = stopwatch();
  const report = (outcomes: readonly ScenarioOutcome[], finishedAt: Date | null): void => {
    const versions = { kafka: kafkaVersion, redis: redisVersion };
    const about = { commit, versions, tookSeconds: secondsSoFar(), finishedAt, interrupted: stopped.aborted };
    write(scenariosReport({ ...about, size, seed, requested, outcomes }));
  };

  // What stands there of an earlier run would be taken for this one's if it were killed.
  report([], null);
  const outcomes = await runScenarios(
    SCENARIOS.filter(({ name }) => requested.includes(name)),
    (scenario) =>
      progress.step(
        scenario.name,
        (detail) => runScenario(scenario, { size, seed, logs, signal: stopped }, detail),
        isKeptOutcome,
      ),
    stopped,
    (ended) => {
      report(ended, null);
    },
  );
  report(outcomes, new Date());
  process.stdout.write(`\n${formatFaults(outcomes, secondsSoFar())}\n\n`);
  return exitCodeOf(outcomes);
}

/** So many runs of the simulation and nothing else, from a seed on; the first failure tells itself. */
async function runSeeds(requested: number, from: number, write: (report: object) => void): Promise<number> {
  const commit = commitOf(root);
  const secondsSoFar = stopwatch();
  const workers = availableParallelism();
  const report = (totals: RunTotals, finishedAt: Date | null): void => {
    const about = { commit, versions: {}, tookSeconds: secondsSoFar(), finishedAt, interrupted: stopped.aborted };
    write(simulationReport({ ...about, from, requested, totals }));
  };
  const isKept = (totals: RunTotals): boolean => isKeptSimulation({ totals, requested, interrupted: stopped.aborted });

  report(await runSimulation({ seeds: 0, from, workers: 0 }), null);
  const totals = await progress.step(
    `simulation from seed ${from}`,
    (detail) => runSimulation({ seeds: requested, from, workers, progress: detail, signal: stopped }),
    isKept,
  );
  report(totals, new Date());
  process.stdout.write(`\n${formatSimulation(totals)}\n`);
  return isKept(totals) ? 0 : 1;
}

function stopwatch(): () => number {
  const startedAtMs = performance.now();
  return () => (performance.now() - startedAtMs) / 1_000;
}
