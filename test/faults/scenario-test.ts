import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutNativeParts } from '../support/own-stack.ts';
import type { FaultScenario } from './scenario.ts';
import { isKept } from './scenario.ts';

const WITHIN_MS = 6 * 60_000;

/** The small size of a scenario, as a test. */
export function testScenario(scenario: FaultScenario): void {
  test(scenario.promise, { skip: withoutNativeParts, timeout: WITHIN_MS }, async (t) => {
    const cleanups: (() => Promise<void>)[] = [];
    t.after(async () => {
      for (const work of cleanups.toReversed()) await work();
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
    t.diagnostic(JSON.stringify(result));
    assert.ok(isKept(result), JSON.stringify(result, null, 2));
    const injected = Object.values(result.injected).reduce((sum, times) => sum + times, 0);
    const compared = Object.values(result.compared).reduce((sum, count) => sum + count, 0);
    assert.ok(injected > 0, 'something was injected');
    assert.ok(compared > 0, 'something was compared');
  });
}
