import { parentPort } from 'node:worker_threads';
import { MUTATIONS } from './mutations.ts';
import { simulate } from './simulate.ts';
import { isSought } from './simulation-result.ts';
import type { SimulationResult } from './simulation-result.ts';

/** Seeds to run, one after the other. */
export interface SeedsAsked {
  readonly from: number;
  readonly count: number;
  /** Name of one of MUTATIONS; undefined for the service as it is. */
  readonly mutation: string | undefined;
  /** Failures that say otherwise do not end the work. */
  readonly until: RegExp | undefined;
}

export type SeedResult = SimulationResult & { readonly seed: number };

parentPort?.on('message', (asked: SeedsAsked) => {
  void runSeeds(asked);
});

async function runSeeds({ from, count, mutation: name, until }: SeedsAsked): Promise<void> {
  const mutation = name === undefined ? undefined : MUTATIONS.find((one) => one.name === name);
  if (name !== undefined && mutation === undefined) throw new RangeError(`there is no mutation "${name}"`);
  const results: SeedResult[] = [];
  for (let seed = from; seed < from + count; seed++) {
    const result = { seed, ...(await simulate(seed, { mutation })) };
    results.push(result);
    if (isSought(result, until)) break;
  }
  parentPort?.postMessage(results);
}
