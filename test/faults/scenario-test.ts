import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutNativeParts } from '../support/own-stack.ts';
import type { FaultScenario } from './scenario.ts';
import { brokenBy } from './scenario.ts';

const WITHIN_MS = 6 * 60_000;

/** The small size of a scenario, as a test. */
export function testScenario(scenario: FaultScenario): void {
  test(scenario.promise, { skip: withoutNativeParts, timeout: WITHIN_MS }, async (t) => {
    const cleanups: (() => Promise<void>)[] = [];
    t.after(async () => {
      const failures: unknown[] = [];
      for (const work of cleanups.toReversed()) await work().catch((error: unknown) => failures.push(error));
      assert.deepEqual(failures.map(String), []);
    });
    const result = await scenario.run({
      size: 'small',
      seed: 1,
      signal: t.signal,
      progress: () => undefined,
      after(work) {
        cleanups.push(work);
      },
    });
    if ('notRun' in result) {
      // Some faults need a tool that a machine may lack: told as skipped, with the reason.
      t.skip(result.notRun);
      return;
    }
    t.diagnostic(JSON.stringify(result));
    assert.deepEqual(brokenBy(result), []);
  });
}
