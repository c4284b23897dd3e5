import { availableParallelism } from 'node:os';
import type { FaultScenario } from '../faults/scenario.ts';
import { FAULT_KINDS } from './faults.ts';
import { runSimulation } from './run-simulation.ts';

const SEEDS = { small: 200, full: 100_000 };
/** Fewer show too little. */
const LEAST_SEEDS = { small: 200, full: 5_000 };
/** As long as a full run may take. */
const WITHIN_MS = 3 * 60_000;

/** The pipeline's own code through simulated storms, as many as there is time for. */
export const simulation: FaultScenario = {
  name: 'simulation',
  isAlone: true,
  promise:
    'Whatever fails at whatever moment, in simulated storms: nothing is lost, doubled or invented, or reading stops',
  async run(context) {
    const { size, seed, signal } = context;
    const { failures, faults, compared, seeds, settled, refused, steps } = await runSimulation({
      seeds: SEEDS[size],
      from: seed,
      workers: Math.min(2, availableParallelism()),
      progress: (text) => {
        context.progress(text);
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]),
    });
    return {
      injected: faults,
      compared,
      lost: 0,
      doubled: 0,
      invented: 0,
      differences: [
        ...failures.map(({ text }) => text),
        ...(seeds >= LEAST_SEEDS[size] ? [] : [`there was time for ${seeds} storms only`]),
        ...(settled + refused + failures.length === seeds ? [] : ['a storm neither settled nor was refused']),
        ...(size === 'small'
          ? []
          : FAULT_KINDS.flatMap((kind) => (faults[kind] > 0 ? [] : [`${kind}: never happened`]))),
      ],
      measured: { seeds, settled, refused, steps },
    };
  },
};
