import type { Installation } from '../../support/installation.ts';
import { countsOf, untilSettled } from '../../support/installation-state.ts';
import type { WatchedService } from '../../support/watched-service.ts';
import type { ScenarioContext, ScenarioResult } from '../scenario.ts';
import { expectedOutcome } from '../verdict/expected-outcome.ts';
import { judge } from '../verdict/judge.ts';
import type { Load } from './load.ts';
import { stopAll } from './serve.ts';

const SETTLED_WITHIN_MS = 240_000;

/** Ends the load, waits until all of it is dealt with, judges, and stops the services. */
export async function closeBooks(options: {
  readonly context: ScenarioContext;
  readonly shop: Installation;
  readonly load: Load;
  readonly services: readonly WatchedService[];
  readonly injected: ScenarioResult['injected'];
  /** What the scenario has found wrong so far. */
  readonly differences?: readonly string[];
  readonly measured?: ScenarioResult['measured'];
}): Promise<ScenarioResult> {
  const { context, shop, load, services, injected, differences = [], measured = {} } = options;
  const { events, failedSends } = await load.finish();
  await untilSettled(shop, SETTLED_WITHIN_MS);
  const { folded } = await countsOf(shop);
  const verdict = await judge(shop, await expectedOutcome(shop));
  const ends = await stopAll(services, context.size);
  const stacks = services.filter((service) => service.logText().includes('"stack"'));
  return {
    injected,
    compared: { 'events sent': events, ...verdict.compared },
    // What was acknowledged to the sender and is not in the log, or is in it under another id.
    lost: verdict.lost + Math.max(events - folded, 0),
    doubled: verdict.doubled + Math.max(folded - events, 0),
    invented: verdict.invented,
    differences: [
      ...differences,
      ...verdict.differences,
      ...(folded === events ? [] : [`${events} events were sent and ${folded} folded`]),
      ...ends,
      ...stacks.map(({ name }) => `the log of ${name} holds a stack trace`),
    ],
    measured: { ...measured, 'calls of the sender that failed': failedSends, ...verdict.measured },
  };
}
