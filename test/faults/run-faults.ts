/**
 * Kills, cuts off and confuses the service on real parts and compares what is left with what its log gives:
 * `npm run faults -- [options]`. Exit code 0 only if every promise was tried and kept. Started by launch.mjs.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { EXIT_INTERRUPTED, interruption } from '../../deploy/local/interruption.ts';
import { createProgress } from '../../deploy/local/progress.mjs';
import { requireNativeParts } from '../../deploy/local/require-native-parts.ts';
import { runSimulation } from '../simulation/run-simulation.ts';
import { FaultOptionsError, parseFaultOptions } from './fault-options.ts';
import type { FaultOptions } from './fault-options.ts';
import { exitCodeOf, formatFaults, isKeptOutcome } from './fault-report.ts';
import type { ScenarioOutcome } from './fault-report.ts';
import type { FaultScenario, ScenarioContext } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

const LANES = 2;

const stopped = interruption();
process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  try {
    return await runFaults(parseFaultOptions(args, SCENARIOS));
  } catch (error) {
    if (!(error instanceof FaultOptionsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.isHelp ? 0 : 1;
  }
}

async function runFaults(options: FaultOptions): Promise<number> {
  const progress = createProgress(process.stderr);
  if (options.simulate !== undefined) return simulate(options.simulate, options.seed, progress);
  const startedAtMs = performance.now();
  const outcomes = await runScenarios(
    SCENARIOS.filter(({ name }) => options.scenarios.includes(name)),
    (scenario) => progress.step(scenario.name, (detail) => runScenario(scenario, options, detail), isKeptOutcome),
  );
  const tookSeconds = (performance.now() - startedAtMs) / 1_000;
  process.stdout.write(`\n${formatFaults(outcomes, tookSeconds)}\n\n`);
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify(reportOf(options, outcomes, tookSeconds), null, 2)}\n`);
  return stopped.aborted ? EXIT_INTERRUPTED : exitCodeOf(outcomes);
}

/** Much of a scenario is waiting, for sessions that run out and servers that are away: two run side by side where they may. */
async function runScenarios(
  scenarios: readonly FaultScenario[],
  run: (scenario: FaultScenario) => Promise<ScenarioOutcome>,
): Promise<readonly ScenarioOutcome[]> {
  const outcomes = new Map<FaultScenario, ScenarioOutcome>();
  async function runLane(waiting: FaultScenario[]): Promise<void> {
    for (let next = waiting.shift(); next !== undefined && !stopped.aborted; next = waiting.shift()) {
      outcomes.set(next, await run(next));
    }
  }
  const beside = scenarios.filter(({ isAlone }) => isAlone !== true);
  await Promise.all(Array.from({ length: LANES }, () => runLane(beside)));
  await runLane(scenarios.filter(({ isAlone }) => isAlone === true));
  return scenarios.flatMap((scenario) => outcomes.get(scenario) ?? []);
}

/** So many runs of the simulation and nothing else, from a seed on; the first failure tells itself. */
async function simulate(seeds: number, from: number, progress: ReturnType<typeof createProgress>): Promise<number> {
  const totals = await progress.step(`simulation from seed ${from}`, (detail) =>
    runSimulation({ seeds, from, workers: availableParallelism(), progress: detail, signal: stopped }),
  );
  const counts = Object.entries({ ...totals.faults, ...totals.compared }).map(([what, count]) => `${what} ${count}`);
  process.stdout.write(
    `\n  ${totals.seeds} runs, ${totals.steps} steps: ${totals.settled} settled, ${totals.refused} rightly refused, ` +
      `${totals.failures.length} failed\n  ${counts.join(', ')}\n\n`,
  );
  for (const { text } of totals.failures) process.stdout.write(`${text}\n`);
  if (stopped.aborted) return EXIT_INTERRUPTED;
  return totals.failures.length === 0 ? 0 : 1;
}

async function runScenario(
  scenario: FaultScenario,
  options: FaultOptions,
  progress: (text: string) => void,
): Promise<ScenarioOutcome> {
  const cleanups: (() => Promise<void>)[] = [];
  const outcome = await tryScenario(scenario, options, {
    progress,
    after(work) {
      cleanups.push(work);
    },
  });
  const failures: string[] = [];
  for (const work of cleanups.toReversed()) {
    await work().catch((error: unknown) => failures.push(error instanceof Error ? error.message : String(error)));
  }
  if (failures.length === 0) return outcome;
  if (outcome.type === 'ran') {
    const { result } = outcome;
    return { ...outcome, result: { ...result, differences: [...result.differences, ...failures] } };
  }
  const { name, promise, seconds, reason } = outcome;
  return { name, promise, seconds, type: 'failed', reason: [reason, ...failures].join('\n') };
}

async function tryScenario(
  scenario: FaultScenario,
  { size, seed, logs }: FaultOptions,
  given: Pick<ScenarioContext, 'progress' | 'after'>,
): Promise<ScenarioOutcome> {
  const { name, promise } = scenario;
  const startedAtMs = performance.now();
  const about = (): Pick<ScenarioOutcome, 'name' | 'promise' | 'seconds'> => ({
    name,
    promise,
    seconds: (performance.now() - startedAtMs) / 1_000,
  });
  try {
    const logsKeptAt = logs === undefined ? undefined : join(logs, name);
    const result = await scenario.run({ size, seed, logsKeptAt, signal: stopped, ...given });
    if ('notRun' in result) return { ...about(), type: 'not run', reason: result.notRun };
    return { ...about(), type: 'ran', result };
  } catch (error) {
    return {
      ...about(),
      type: 'failed',
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

function reportOf({ size, seed }: FaultOptions, outcomes: readonly ScenarioOutcome[], tookSeconds: number): object {
  const { kafkaVersion, redisVersion } = requireNativeParts();
  return {
    startedBy: 'npm run faults',
    finishedAt: new Date().toISOString(),
    size,
    seed,
    tookSeconds,
    versions: { node: process.version, kafka: kafkaVersion, redis: redisVersion },
    machine: { cores: cpus().length, cpu: cpus()[0]?.model ?? 'unknown' },
    outcomes,
  };
}
