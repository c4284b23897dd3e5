import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { MUTATIONS } from './mutations.ts';
import { runSimulation } from './run-simulation.ts';

/** Each was found within a third of them, by the check that is there for it. */
const MOST_SEEDS = 2_000;

for (const mutation of MUTATIONS) {
  const { name, foundBy } = mutation;
  test(`the simulation finds it where ${name}`, { timeout: 5 * 60_000 }, async (t) => {
    const { failures, failedOtherwise, seeds } = await runSimulation({
      seeds: MOST_SEEDS,
      from: 1,
      workers: Math.min(2, availableParallelism()),
      mutation,
    });
    const [failure] = failures;
    assert.ok(failure, `no check said ${String(foundBy)} in ${seeds} seeds; ${failedOtherwise} failed otherwise`);
    const [said = ''] = failure.text.split('\n');
    t.diagnostic(`${said} (${failedOtherwise} before it failed otherwise)`);
  });
}
