import { readTestStackAddress } from '../../../deploy/local/test-stack-address.ts';
import type { TestStackAddress } from '../../../deploy/local/test-stack-address.ts';
import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { sendRecords } from '../../support/installation-log.ts';
import { untilSettled } from '../../support/installation-state.ts';
import { ownStack } from '../../support/own-stack.ts';
import { people } from '../../support/regular-life.ts';
import type { ScenarioContext, ScenarioResult } from '../scenario.ts';
import { expectedOutcome } from '../verdict/expected-outcome.ts';
import { judge } from '../verdict/judge.ts';
import type { JudgeOptions } from '../verdict/judge.ts';
import { livesWithSilences, take } from './lives-with-silences.ts';

/** Past the first days of silence that the model takes for high risk, so that alerts come from the beginning. */
const HISTORY_DAYS = 12;
const RECORDS_A_DAY_EACH = 25;
const SETTLED_WITHIN_MS = 180_000;

/** An installation of which the log goes on for as long as it is asked to. */
export interface BusyShop {
  readonly shop: Installation;
  /** What happens next. */
  readonly log: Iterator<LogRecord>;
}

/**
 * A stack of its own, unless the tests share one already: these faults are done to the service, not to its parts.
 *
 * @returns an option of `openInstallation`.
 */
export async function stackFor(context: ScenarioContext): Promise<{ readonly stack?: TestStackAddress }> {
  if (context.size === 'small' && readTestStackAddress() !== undefined) return {};
  const stack = await ownStack(context);
  await Promise.all([stack.startKafka(), stack.startRedis()]);
  return { stack: stack.address };
}

/** Opens an installation, with some days of history in its log. */
export async function openBusyShop(
  context: ScenarioContext,
  {
    partitions,
    subscribers,
    firstDay = 0,
  }: { readonly partitions: number; readonly subscribers: number; readonly firstDay?: number },
): Promise<BusyShop> {
  const shop = await openInstallation(context, { partitions, ...(await stackFor(context)) });
  const log = livesWithSilences(people(subscribers), firstDay);
  await sendRecords(shop, take(log, subscribers * RECORDS_A_DAY_EACH * HISTORY_DAYS));
  return { shop, log };
}

/** What a scenario saw for itself. */
export type Seen = Pick<ScenarioResult, 'injected' | 'differences' | 'measured'>;

/** Waits until all is settled, holds the outcome to what the log gives, and adds what the scenario saw. */
export async function conclude(shop: Installation, seen: Seen, options: JudgeOptions): Promise<ScenarioResult> {
  await untilSettled(shop, SETTLED_WITHIN_MS);
  const expected = await expectedOutcome(shop);
  const verdict = await judge(shop, expected, options);
  return {
    ...verdict,
    injected: seen.injected,
    differences: [...seen.differences, ...verdict.differences],
    measured: { ...seen.measured, ...verdict.measured },
  };
}
