import { setImmediate as nextTurn } from 'node:timers/promises';
import { noFaults } from './faults.ts';
import { openSimulation } from './open-simulation.ts';
import type { SimulationOptions, SimulationResult } from './simulation-result.ts';

const MOST_STEPS = 8_000;

/**
 * Runs the whole pipeline through one storm, all of it decided by the seed.
 *
 *     makeLog ─▶ input ─▶ scorers ═▶ Redis ═▶ outbox ─▶ alert ─▶ retention ═▶ Redis ═▶ outbox ─▶ work-order ─▶ CRM
 *                  ▲                                                                       │                     │
 *                  └──────────────── how orders ended ─────────────────────────────────────┴──── outcome ◀───────┘
 *
 * Real: workers, holding of partitions, outboxes, desk, handlers, expiry, the stores and their Lua scripts. Simulated: the
 * broker and its client, the server behind the stores, processes, clocks, people. Single-threaded: everything that takes
 * time waits in one scheduler; after each thing that happens, all code runs on until it waits again, and then the
 * invariants are checked. After the storm everything must come right, and equal what the same log gives undisturbed.
 */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<SimulationResult> {
  const simulation = openSimulation(seed, options);
  const { scheduler, trace, faults } = simulation.world;
  let end: SimulationResult['end'] = 'failed';
  let failure: string | undefined;
  try {
    for (;;) {
      simulation.storm.blow();
      const what = scheduler.step();
      trace.note(`${scheduler.nowMs().toFixed(1)} ${what ?? 'nothing is left'}`);
      await nextTurn();
      if (simulation.broken() !== undefined) break;
      if (simulation.isSettled()) {
        simulation.checkEnd();
        if (simulation.broken() === undefined) end = simulation.isRefused() ? 'refused' : 'settled';
        break;
      }
      if (what === undefined || scheduler.steps() > MOST_STEPS) {
        failure = `did not settle within ${scheduler.steps()} steps: ${simulation.tellUnsettled()}`;
        break;
      }
    }
  } catch (error) {
    failure = `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  const broken = simulation.broken();
  failure = broken ?? failure;
  return {
    broken,
    failure: failure === undefined ? undefined : tellFailure(seed, failure, trace.lastLines()),
    end,
    faults: { ...noFaults(), ...faults.totals() },
    traceHash: trace.hash(),
    steps: scheduler.steps(),
    compared: simulation.compared(),
  };
}

function tellFailure(seed: number, failure: string, lines: readonly string[]): string {
  return [`seed ${seed}: ${failure}`, ...lines.slice(-40).map((line) => `    ${line}`)].join('\n');
}
