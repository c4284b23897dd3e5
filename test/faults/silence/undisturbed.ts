import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { openInstallation } from '../../support/installation.ts';
import type { InstallationOptions } from '../../support/installation.ts';
import { sendRecords } from '../../support/installation-log.ts';
import type { ScenarioContext } from '../scenario.ts';
import { expectedOutcome } from '../verdict/expected-outcome.ts';
import type { ExpectedOutcome } from '../verdict/expected-outcome.ts';
import { inHex } from '../verdict/published.ts';

/** What another log would have given: written to a topic of its own, and read by no service. */
export async function outcomeOfLog(
  context: ScenarioContext,
  options: InstallationOptions,
  log: Iterable<LogRecord>,
): Promise<ExpectedOutcome> {
  const shop = await openInstallation(context, options);
  await sendRecords(shop, log);
  return expectedOutcome(shop, inHex);
}
