import { decodeRiskAlert } from '../../../services/contracts/risk.ts';
import { alertIdOf } from '../../../services/core/risk/decide-risk.ts';
import { decodeSubscriber, encodeSubscriber } from '../../../services/core/subscriber/subscriber-codec.ts';
import { isoTime } from '../../../services/retention/tmf/iso-time.ts';
import type { Installation } from '../../support/installation.ts';
import { storedStatesOf } from '../../support/installation-state.ts';
import { tell } from '../verdict/difference.ts';
import type { ExpectedOutcome } from '../verdict/expected-outcome.ts';
import { readPublished } from '../verdict/published.ts';
import type { OutagePlan, PlannedOutage } from './outage-lives.ts';

const HOUR_MS = 3_600_000;

export interface UndisturbedComparison {
  readonly compared: Readonly<Record<string, number>>;
  readonly differences: readonly string[];
}

/**
 * Holds what is left after outages to what the same lives give where every feed comes on time. Bit-equal, but for what
 * follows from knowing later, which is held to be exactly this:
 *
 * - Who fell silent and came back before the feed did may not be warned of: when the feed was back, there was no silence any
 *   more. Only whose moment of the wheel lay between is, for marks lead time there before it is known of the return.
 * - Who became silent in the outage is warned of when the feed is back: the episode begins that much later.
 * - Daily scores whose moment is in the outage are made when the feed is back, of what is known then.
 */
export async function compareWithUndisturbed(
  shop: Installation,
  plan: OutagePlan,
  undisturbed: ExpectedOutcome,
  partitionOf: (subscriberId: string) => number,
): Promise<UndisturbedComparison> {
  const hits = ({ outage }: PlannedOutage, id: string): boolean => outage.reorders && outage.disturbs(partitionOf(id));
  const plannedFor = (kind: 'gone' | 'back'): Map<string, PlannedOutage> =>
    new Map(
      plan.outages.flatMap((one) => [...one[kind]].filter((id) => hits(one, id)).map((id) => [id, one] as const)),
    );
  const [moved, unwarned] = [plannedFor('gone'), plannedFor('back')];
  const differences: string[] = [];

  const alerts = await readPublished(shop, shop.topics.alert, undisturbed.tellContent);
  const firstOf = (ids: Iterable<string>): Set<string> => new Set([...ids].map((id) => alertIdOf(id, 1)));
  const missing = new Set(undisturbed.alerts.keys()).difference(alerts.byId);
  differences.push(
    ...tell('alerts that the outages made', [...new Set(alerts.byId.keys()).difference(undisturbed.alerts)]),
    ...tell('alerts that the outages lost', [...missing.difference(firstOf(unwarned.keys()))]),
    ...wrongAlerts(alerts.byId, undisturbed.alerts, moved, firstOf(unwarned.keys())),
  );

  const states = await storedStatesOf(shop);
  const others = [...undisturbed.states.keys()].filter((id) => !unwarned.has(id));
  differences.push(
    ...tell(
      'states that differ from the undisturbed run',
      others.filter((id) => !isSameState(states.get(id), undisturbed.states.get(id), moved.has(id))),
    ),
  );

  const scores = await readPublished(shop, shop.topics.score, undisturbed.tellContent);
  const isDaily = (id: string): boolean => id.includes('.daily.');
  const [found, wanted] = [scores.byId, undisturbed.scores].map((all) => new Set([...all.keys()].filter(isDaily)));
  const inOutage = (id: string): boolean => {
    const { subscriberId, momentMs } = partsOf(id);
    return plan.outages.some(
      (one) => hits(one, subscriberId) && momentMs > one.fromMs && momentMs <= one.toMs + HOUR_MS,
    );
  };
  const comparable = [...(wanted ?? [])].filter((id) => !inOutage(id) && !unwarned.has(partsOf(id).subscriberId));
  differences.push(
    ...tell('daily scores that the outages made or lost', [
      ...(found ?? new Set<string>()).symmetricDifference(wanted ?? new Set<string>()),
    ]),
    ...tell(
      'daily scores of other times that differ from the undisturbed run',
      comparable.filter((id) => scores.byId.get(id) !== undisturbed.scores.get(id)),
    ),
  );
  return {
    compared: {
      'states with the undisturbed run': others.length,
      'alerts with the undisturbed run': undisturbed.alerts.size,
      'daily scores with the undisturbed run': comparable.length,
    },
    differences,
  };
}

/** Alerts of whom the outage did not delay: equal to the byte; of the others: opened when the feed was back, within the hour. */
function wrongAlerts(
  found: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
  moved: ReadonlyMap<string, PlannedOutage>,
  ofReturned: ReadonlySet<string>,
): string[] {
  const [different, untimely]: [string[], string[]] = [[], []];
  for (const [alertId, content] of found) {
    const should = wanted.get(alertId);
    if (should === undefined || ofReturned.has(alertId)) continue;
    const delayed = moved.get(alertId.slice(0, alertId.lastIndexOf('.')));
    if (delayed === undefined) {
      if (content !== should) different.push(alertId);
      continue;
    }
    const [asOfMs, undelayedMs] = [asOfAlert(content), asOfAlert(should)];
    const isTimely = asOfMs >= undelayedMs && asOfMs >= delayed.toMs - HOUR_MS && asOfMs <= delayed.toMs + HOUR_MS;
    if (!isTimely) untimely.push(`${alertId} as of ${isoTime(asOfMs)}, undisturbed ${isoTime(undelayedMs)}`);
  }
  return [
    ...tell('alerts that differ from the undisturbed run', different),
    ...tell('alerts not opened when the feed was back', untimely),
  ];
}

/** @param isDelayed whether the episode may have begun at another time. */
function isSameState(found: string | undefined, wanted: string | undefined, isDelayed: boolean): boolean {
  if (found === wanted) return true;
  if (found === undefined || wanted === undefined || !isDelayed) return false;
  const state = decodeSubscriber(Buffer.from(found, 'hex'));
  const { episodeOpenedAtMs } = decodeSubscriber(Buffer.from(wanted, 'hex')).risk;
  state.risk = { ...state.risk, episodeOpenedAtMs };
  return Buffer.from(encodeSubscriber(state)).toString('hex') === wanted;
}

function asOfAlert(content: string): number {
  const alert = decodeRiskAlert(valueOf(content));
  if (!alert.ok) throw new Error('a record of the alert topic is no alert');
  return alert.value.score.asOfMs;
}

/** "key hex" as published records are kept. */
function valueOf(content: string): Buffer {
  return Buffer.from(content.slice(content.indexOf(' ') + 1), 'hex');
}

function partsOf(dailyId: string): { readonly subscriberId: string; readonly momentMs: number } {
  const [subscriberId = '', momentMs = ''] = dailyId.split('.daily.');
  return { subscriberId, momentMs: Number(momentMs) };
}
