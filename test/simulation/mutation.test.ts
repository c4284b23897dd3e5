import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { MUTATIONS } from './mutations.ts';
import { runSimulation } from './run-simulation.ts';

/** Each was found within a third of them. */
const MOST_SEEDS = 2_000;

for (const { name } of MUTATIONS) {
  test(`the simulation finds it where ${name}`, { timeout: 5 * 60_000 }, async (t) => {
    const { failures, seeds } = await runSimulation({
      seeds: MOST_SEEDS,
      from: 1,
      workers: Math.min(2, availableParallelism()),
      mutation: name,
    });
    const [failure] = failures;
    assert.ok(failure, `not found in ${seeds} seeds`);
    t.diagnostic(`found by seed ${failure.seed}: ${failure.text.split('\n')[0] ?? ''}`);
  });
}
