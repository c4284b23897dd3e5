import { isDeepStrictEqual } from 'node:util';
import type { WorkOrder } from '../../../services/core/work-orders/work-order.ts';
import type { ScenarioResult } from '../scenario.ts';
import { tell } from '../verdict/difference.ts';
import type { Renaming } from './compare-names.ts';

export interface DeskFindings {
  /** As they were when names changed, and at the end. */
  readonly firstOrders: readonly WorkOrder[];
  readonly orders: readonly WorkOrder[];
  /** `subscriber#episode` under the new names of orders that were worked since. */
  readonly worked: readonly string[];
  /** Ids of all alerts under the new names. */
  readonly alertIds: readonly string[];
}

/**
 * One order for each alert, of the customer under the new name, and none besides. Orders from before go on under the ids
 * that they had and with all that stood in them; those that were worked since differ in what the desk writes.
 */
export function judgeDesk(
  { orders, firstOrders, worked, alertIds }: DeskFindings,
  renaming: Pick<Renaming, 'newIdOf'>,
): Record<'lost' | 'doubled' | 'invented', number> & Pick<ScenarioResult, 'differences'> {
  const alerts = new Set(alertIds);
  const byEpisode = Map.groupBy(orders, ({ subscriberId, episode }) => `${subscriberId}.${episode}`);
  const missing = alertIds.filter((id) => !byEpisode.has(id));
  const twice = [...byEpisode].filter(([, found]) => found.length > 1).map(([id]) => id);
  const surplus = orders.filter(({ subscriberId, episode }) => !alerts.has(`${subscriberId}.${episode}`));
  const known = new Map(orders.map((order) => [order.id, order]));
  const unlike = firstOrders.filter((first) => {
    const subscriberId = renaming.newIdOf(first.subscriberId);
    const isWorked = worked.includes(`${subscriberId}#${first.episode}`);
    const found = known.get(first.id);
    const wanted = { ...first, subscriberId };
    if (found === undefined) return true;
    return isWorked ? !isDeepStrictEqual(asMade(found), asMade(wanted)) : !isDeepStrictEqual(found, wanted);
  });
  return {
    lost: missing.length,
    doubled: twice.length,
    invented: surplus.length,
    differences: [
      ...tell('alerts without an order', missing),
      ...tell('episodes with two orders', twice),
      ...tell(
        'orders that no alert brought about',
        surplus.map(({ id }) => id),
      ),
      ...tell(
        'orders from before that are not what they were',
        unlike.map(({ id }) => id),
      ),
      ...(orders.length === alerts.size ? [] : [`${orders.length} orders for ${alerts.size} alerts`]),
    ],
  };
}

/** What no work changes. */
function asMade(order: WorkOrder): Partial<WorkOrder> {
  const { id, alertId, subscriberId, episode, risk, reasons, protectiveReasons, vector, createdAtMs, dueAtMs } = order;
  const { baseMargin, rawMargin, featureSchemaSha256, monthlyValueMinor } = order;
  const made = { id, alertId, subscriberId, episode, risk, reasons, protectiveReasons, vector, createdAtMs, dueAtMs };
  return { ...made, baseMargin, rawMargin, featureSchemaSha256, monthlyValueMinor };
}
