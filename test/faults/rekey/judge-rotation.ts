import type { PartitionCounts } from '../../../services/core/partition/partition-record.ts';
import type { WorkOrder } from '../../../services/core/work-orders/work-order.ts';
import type { Installation } from '../../support/installation.ts';
import type { ScenarioResult } from '../scenario.ts';
import { differing, tell } from '../verdict/difference.ts';
import type { ExpectedOutcome } from '../verdict/expected-outcome.ts';
import { inHex, readPublished } from '../verdict/published.ts';
import { createRenaming, knowTheSame, underNewNames } from './compare-names.ts';
import type { Renaming } from './compare-names.ts';
import { judgeDesk } from './judge-desk.ts';

/** What was left of a log in the midst of which names changed, and what the same log gives where they do not. */
export interface Rotation {
  readonly shop: Installation;
  readonly numbers: readonly string[];
  /** As they were when names changed, and at the end. */
  readonly firstOrders: readonly WorkOrder[];
  readonly orders: readonly WorkOrder[];
  /** `subscriber#episode` under the new names of orders from before that were worked since. */
  readonly worked: readonly string[];
  /** Stored bytes in hex, by subscriber. */
  readonly states: ReadonlyMap<string, string>;
  readonly counts: PartitionCounts;
  readonly underOldKey: ExpectedOutcome;
  readonly underNewKey: ExpectedOutcome;
}

/**
 * Byte for byte what the whole log gives under the old key, with names replaced: a change of names changes names only.
 * And the same subscribers, episodes and alert ids as the whole log gives under the new key, of which daily moments
 * differ, for they stay those of the first name.
 */
export async function judgeRotation(rotation: Rotation): Promise<Omit<ScenarioResult, 'injected'>> {
  const { shop, numbers, states, underOldKey, underNewKey } = rotation;
  const renaming = createRenaming(numbers);
  const expected = new Map(
    Array.from(underOldKey.states, ([id, hex]) => [renaming.newIdOf(id), renaming.stateOf(hex)] as const),
  );
  const stateIds = differing(states, expected);
  const alerts = await compareTopic(shop, shop.topics.alert, underOldKey.alerts, renaming);
  const scores = await compareTopic(shop, shop.topics.score, underOldKey.scores, renaming);
  const oneKey = differing(alerts.byId, new Map(Array.from(underNewKey.alerts.keys(), (id) => [id, ''])));
  const stranger = [...states].filter(([id, hex]) => !knowTheSame(hex, underNewKey.states.get(id) ?? hex));
  const desk = judgeDesk({ ...rotation, alertIds: [...alerts.byId.keys()] }, renaming);
  return {
    compared: {
      states: expected.size,
      alerts: underOldKey.alerts.size,
      scores: underOldKey.scores.size,
      'alerts under the new key alone': underNewKey.alerts.size,
      'states under the new key alone': underNewKey.states.size,
      orders: rotation.orders.length,
    },
    lost: [stateIds, alerts, scores].reduce((sum, { missing }) => sum + missing.length, 0) + desk.lost,
    doubled: alerts.twice.length + scores.twice.length + desk.doubled,
    invented: [stateIds, alerts, scores].reduce((sum, { surplus }) => sum + surplus.length, 0) + desk.invented,
    differences: [
      ...tell('states that are missing', stateIds.missing),
      ...tell('states of nobody in the log', stateIds.surplus),
      ...tell('states that differ', stateIds.other),
      ...alerts.differences,
      ...scores.differences,
      ...tell('alerts that the new key alone does not give', oneKey.surplus),
      ...tell('alerts that only the new key alone gives', oneKey.missing),
      ...tell(
        'states that know something else than under the new key alone',
        stranger.map(([id]) => id),
      ),
      ...tell('counts that differ', countsApart(rotation)),
      ...desk.differences,
      ...(alerts.underOldNames > 0 && alerts.underOldNames < underOldKey.alerts.size
        ? []
        : ['not both halves raised alerts: nothing was at stake']),
    ],
    measured: { 'alerts of the first half': alerts.underOldNames },
  };
}

interface TopicVerdict {
  readonly byId: ReadonlyMap<string, string>;
  readonly twice: readonly string[];
  readonly missing: readonly string[];
  readonly surplus: readonly string[];
  readonly differences: readonly string[];
  readonly underOldNames: number;
}

async function compareTopic(
  shop: Installation,
  topic: string,
  expected: ReadonlyMap<string, string>,
  renaming: Renaming,
): Promise<TopicVerdict> {
  const published = await readPublished(shop, topic, inHex);
  const { byId, twice } = underNewNames(published.byId, renaming);
  const { missing, surplus, other } = differing(byId, underNewNames(expected, renaming).byId);
  const differences = [
    ...tell(`${topic}: missing`, missing),
    ...tell(`${topic}: nothing brought about`, surplus),
    ...tell(`${topic}: of another content`, other),
    ...tell(`${topic}: under both names`, twice),
    ...tell(`${topic}: ids that stand for two contents`, published.ambiguous),
  ];
  const underOldNames = [...published.byId.keys()].filter((id) => renaming.newNameOfId(id) !== id).length;
  return { byId, twice, missing, surplus, differences, underOldNames };
}

function countsApart({ counts, underOldKey }: Rotation): string[] {
  return (Object.keys(counts) as (keyof PartitionCounts)[]).filter((name) => {
    const wanted = underOldKey.records.reduce((sum, record) => sum + record.counts[name], 0);
    return counts[name] !== wanted;
  });
}
