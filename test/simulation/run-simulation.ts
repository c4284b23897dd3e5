import { Worker } from 'node:worker_threads';
import type { Mutation } from './mutation.ts';
import { FAULT_KINDS, noFaults } from './faults.ts';
import type { FaultKind } from './faults.ts';
import { isSought } from './simulation-result.ts';
import type { SeedResult, SeedsAsked } from './simulation-worker.ts';

export interface RunOptions {
  readonly seeds: number;
  /** The first seed. */
  readonly from: number;
  readonly workers: number;
  readonly progress?: (text: string) => void;
  /** Ends the run early, with what was done. */
  readonly signal?: AbortSignal;
  /** One of MUTATIONS, which is found where a check says what it should. */
  readonly mutation?: Pick<Mutation, 'name' | 'foundBy'>;
}

export interface RunTotals {
  readonly seeds: number;
  /** Runs in which everything came right, and those that were rightly refused to go on. */
  readonly settled: number;
  readonly refused: number;
  /** The first failure of each worker, with its seed and its last steps. */
  readonly failures: readonly { readonly seed: number; readonly text: string }[];
  /** Of a mutation: runs that failed otherwise than they should. */
  readonly failedOtherwise: number;
  readonly faults: Readonly<Record<FaultKind, number>>;
  readonly compared: Readonly<Record<'records' | 'states' | 'alerts' | 'orders', number>>;
  readonly steps: number;
}

const SEEDS_AT_ONCE = 25;

/** Runs seeds over several threads until one fails, a mutated one as it should. A failing seed is replayed by `npm run faults -- --simulate 1 --seed N`. */
export async function runSimulation(options: RunOptions): Promise<RunTotals> {
  const { seeds, from, workers, progress, signal, mutation } = options;
  const totals = {
    seeds: 0,
    settled: 0,
    refused: 0,
    failures: [] as { seed: number; text: string }[],
    failedOtherwise: 0,
    faults: noFaults(),
    compared: { records: 0, states: 0, alerts: 0, orders: 0 },
    steps: 0,
  };
  let next = from;

  function take(): SeedsAsked | undefined {
    if (totals.failures.length > 0 || signal?.aborted === true) return undefined;
    const count = Math.min(SEEDS_AT_ONCE, from + seeds - next);
    if (count <= 0) return undefined;
    next += count;
    return { from: next - count, count, mutation: mutation?.name, until: mutation?.foundBy };
  }

  function add(result: SeedResult): void {
    totals.seeds++;
    totals.steps += result.steps;
    if (result.end === 'settled') totals.settled++;
    if (result.end === 'refused') totals.refused++;
    for (const kind of FAULT_KINDS) totals.faults[kind] += result.faults[kind];
    for (const what of ['records', 'states', 'alerts', 'orders'] as const)
      totals.compared[what] += result.compared[what];
    if (result.failure === undefined) return;
    if (isSought(result, mutation?.foundBy)) totals.failures.push({ seed: result.seed, text: result.failure });
    else totals.failedOtherwise++;
  }

  async function work(): Promise<void> {
    const worker = new Worker(new URL('./simulation-worker.ts', import.meta.url));
    try {
      for (let asked = take(); asked !== undefined; asked = take()) {
        for (const result of await answerOf(worker, asked)) add(result);
        progress?.(`${totals.seeds} of ${seeds} seeds`);
      }
    } finally {
      await worker.terminate();
    }
  }

  await Promise.all(Array.from({ length: workers }, work));
  return totals;
}

function answerOf(worker: Worker, asked: SeedsAsked): Promise<readonly SeedResult[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly SeedResult[]>();
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.postMessage(asked);
  return promise.finally(() => {
    worker.off('message', resolve);
    worker.off('error', reject);
  });
}
