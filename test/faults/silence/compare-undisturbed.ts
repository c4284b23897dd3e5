import type { Installation } from '../../support/installation.ts';
import { storedStatesOf } from '../../support/installation-state.ts';
import type { ExpectedOutcome } from '../verdict/expected-outcome.ts';
import { readPublished } from '../verdict/published.ts';
import type { OutagePlan } from './outage-lives.ts';
import { touchedByOutages } from './touched-by-outages.ts';
import { wrongAlerts } from './wrong-alerts.ts';
import { wrongScores } from './wrong-scores.ts';
import { wrongStates } from './wrong-states.ts';

export interface UndisturbedComparison {
  readonly compared: Readonly<Record<string, number>>;
  readonly differences: readonly string[];
}

/**
 * Holds what is left after outages to what the same lives give where every feed comes on time. Bit-equal, but for what
 * follows from knowing later, which is held to be exactly this:
 *
 * - Who fell silent and came back before the feed did is not warned of: when the feed was back, there was no silence any
 *   more. Only whose moment of the wheel lay between is, for marks lead time there before it is known of the return. So
 *   their bands and episodes are others from then on, and theirs alone.
 * - Who became silent in the outage is warned of when the feed is back: the episode begins that much later.
 * - Scores whose instant is in the outage, or in the hour after it, are made of what is known then.
 */
export async function compareWithUndisturbed(
  shop: Installation,
  plan: OutagePlan,
  undisturbed: ExpectedOutcome,
  partitionOf: (subscriberId: string) => number,
): Promise<UndisturbedComparison> {
  const touched = touchedByOutages(plan, partitionOf);
  const { tellContent } = undisturbed;
  const alerts = await readPublished(shop, shop.topics.alert, tellContent);
  const states = await storedStatesOf(shop);
  const scores = await readPublished(shop, shop.topics.score, tellContent);
  const { daily, ofEvents, differences } = wrongScores(scores.byId, undisturbed.scores, touched);
  return {
    compared: {
      'states with the undisturbed run': undisturbed.states.size,
      'alerts with the undisturbed run': undisturbed.alerts.size,
      'daily scores with the undisturbed run': daily,
      'scores of events with the undisturbed run': ofEvents,
    },
    differences: [
      ...wrongAlerts(alerts.byId, undisturbed.alerts, touched),
      ...wrongStates(states, undisturbed.states, alerts.byId, touched),
      ...differences,
    ],
  };
}
