import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { SEEDS } from './config.ts';
import { FAULT_KINDS } from './faults.ts';
import { runSimulation } from './run-simulation.ts';
import { simulate } from './simulate.ts';

const WORKERS = Math.min(2, availableParallelism());

test('the same seed gives the same run, step by step', async () => {
  for (const seed of [3, 14, 159]) {
    const lines: string[] = [];
    const once = await simulate(seed, { onLine: (line) => void lines.push(line) });
    const again = await simulate(seed);
    assert.equal(again.traceHash, once.traceHash);
    assert.ok(lines.length > 100, 'something happens');
    assert.notEqual((await simulate(seed + 1)).traceHash, once.traceHash);
  }
});

test('nothing is lost, doubled or invented, whatever goes wrong and when', { timeout: 14 * 60_000 }, async (t) => {
  const { failures, faults, compared, settled, refused, seeds } = await runSimulation({
    seeds: SEEDS,
    from: 1,
    workers: WORKERS,
  });
  t.diagnostic(JSON.stringify({ seeds, settled, refused, compared, faults }));
  assert.deepEqual(
    failures.map(({ text }) => text),
    [],
    'replay with: npm run faults -- --simulate 1 --seed N',
  );
  assert.equal(settled + refused, SEEDS);
  for (const kind of FAULT_KINDS) assert.ok(faults[kind] > 0, `${kind}: never happened`);
  for (const [what, count] of Object.entries(compared)) assert.ok(count > SEEDS, `${count} ${what} compared`);
  assert.ok(settled > refused, 'most runs come to their end');
});
