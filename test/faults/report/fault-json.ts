import { cpus } from 'node:os';
import manifest from '../../../package.json' with { type: 'json' };
import type { RunTotals } from '../../simulation/run-simulation.ts';
import { exitCodeOf, isKeptOutcome, whyNotKept } from './fault-report.ts';
import type { ScenarioOutcome } from './fault-report.ts';
import type { ScenarioSize } from '../scenario.ts';

/** What tells one run from another, apart from what it found. */
export interface RunAbout {
  readonly commit: string | null;
  /** Of what the run goes through; Node's is added. */
  readonly versions: Readonly<Record<string, string>>;
  readonly tookSeconds: number;
  /** Null while the run goes on: a report that says so was left by a run that was killed. */
  readonly finishedAt: Date | null;
  readonly interrupted: boolean;
}

export interface ScenarioRun extends RunAbout {
  readonly size: ScenarioSize;
  readonly seed: number;
  /** Names of the scenarios asked for. */
  readonly requested: readonly string[];
  /** Of those that have ended so far. */
  readonly outcomes: readonly ScenarioOutcome[];
}

export interface SimulationRun extends RunAbout {
  readonly from: number;
  /** Seeds asked for. */
  readonly requested: number;
  readonly totals: RunTotals;
}

/** The JSON of scenarios: what they found, and of each why it does not count as kept. */
export function scenariosReport(run: ScenarioRun): object {
  const { size, seed, requested, outcomes, finishedAt, interrupted } = run;
  return {
    ...headOf(run),
    kept: finishedAt !== null && !interrupted && outcomes.length === requested.length && exitCodeOf(outcomes) === 0,
    size,
    seed,
    requested,
    outcomes: outcomes.map((outcome) => {
      const { name, promise, seconds, type, ...found } = outcome;
      return { name, promise, seconds, type, kept: isKeptOutcome(outcome), brokenBy: whyNotKept(outcome), ...found };
    }),
  };
}

export function simulationReport(run: SimulationRun): object {
  const { from, requested, totals } = run;
  const { seeds, steps, settled, refused, failures, faults, compared } = totals;
  return {
    ...headOf(run),
    kept: isKeptSimulation(run),
    from,
    requested,
    seeds,
    steps,
    settled,
    refused,
    failures: failures.map(({ text }) => text),
    faults,
    compared,
  };
}

/** Whether every seed that was asked for was run, and none failed. */
export function isKeptSimulation({
  totals,
  requested,
  interrupted,
}: Pick<SimulationRun, 'totals' | 'requested' | 'interrupted'>): boolean {
  return !interrupted && totals.failures.length === 0 && totals.seeds === requested;
}

function headOf({ commit, versions, tookSeconds, finishedAt, interrupted }: RunAbout): object {
  return {
    startedBy: 'npm run faults',
    version: manifest.version,
    commit,
    finishedAt: finishedAt?.toISOString() ?? null,
    interrupted,
    tookSeconds,
    versions: { node: process.version, ...versions },
    machine: { cores: cpus().length, cpu: cpus()[0]?.model ?? 'unknown' },
  };
}
