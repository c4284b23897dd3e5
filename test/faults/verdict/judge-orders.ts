import { createRedisOrderStore } from '../../../services/retention/redis/redis-order-store.ts';
import type { WorkOrder } from '../../../services/core/work-orders/work-order.ts';
import type { Installation } from '../../support/installation.ts';
import { recordsOf } from '../../support/installation-log.ts';
import { until } from '../../support/until.ts';
import type { ScenarioResult } from '../scenario.ts';
import { tell } from './difference.ts';

const PAGE = 500;

export interface OrdersVerdict extends Pick<ScenarioResult, 'lost' | 'doubled' | 'invented' | 'differences'> {
  readonly compared: number;
}

/**
 * One order per alert, in Redis and on the topic, created once by event id.
 *
 * @param alerts the alerts that there should be, by id.
 */
export async function judgeOrders(shop: Installation, alerts: ReadonlyMap<string, string>): Promise<OrdersVerdict> {
  const store = createRedisOrderStore(shop.redis, '');
  // What is missing after all this time is lost: that is for the verdict to say.
  await until('every alert is an order, and told', async () => {
    const { total } = await store.list({ offset: 0, limit: 0 });
    return total >= alerts.size && (await store.outboxLength()) === 0;
  }).catch(() => undefined);
  const orders = await allOrders(store);
  const byAlert = Map.groupBy(orders, ({ alertId }) => alertId);
  const byEpisode = Map.groupBy(orders, ({ subscriberId, episode }) => `${subscriberId}#${episode}`);
  const missing = [...alerts.keys()].filter((id) => !byAlert.has(id));
  const surplus = orders.filter(({ alertId }) => !alerts.has(alertId)).map(({ id }) => id);
  const twice = [...byAlert, ...byEpisode].filter(([, found]) => found.length > 1).map(([of]) => of);
  const told = await toldOrders(shop);
  const untold = orders.filter(({ id }) => !told.has(id)).map(({ id }) => id);
  const known = new Set(orders.map(({ id }) => id));
  const unknown = [...told.keys()].filter((id) => !known.has(id));
  return {
    compared: orders.length,
    lost: missing.length + untold.length,
    doubled: orders.length - Math.min(byAlert.size, byEpisode.size),
    invented: surplus.length + unknown.length,
    differences: [
      ...tell('alerts without an order', missing),
      ...tell('orders without an alert', surplus),
      ...tell('alerts or episodes with two orders', twice),
      ...tell('orders that the topic does not tell of', untold),
      ...tell('orders on the topic that Redis does not know', unknown),
      ...tell(
        'orders created twice on the topic, by event id',
        [...told].filter(([, { created }]) => created.size !== 1).map(([id]) => id),
      ),
    ],
  };
}

async function allOrders(store: ReturnType<typeof createRedisOrderStore>): Promise<WorkOrder[]> {
  const orders: WorkOrder[] = [];
  for (;;) {
    const page = await store.list({ offset: orders.length, limit: PAGE });
    orders.push(...page.orders);
    if (page.orders.length === 0) return orders;
  }
}

interface Told {
  /** Event ids of its creation. */
  readonly created: Set<string>;
}

async function toldOrders(shop: Installation): Promise<Map<string, Told>> {
  const told = new Map<string, Told>();
  for (const { headers } of await recordsOf(shop, shop.topics.workOrder)) {
    const orderId = headers['ce_subject']?.toString() ?? '';
    const known = told.get(orderId) ?? { created: new Set() };
    told.set(orderId, known);
    if (headers['ce_type']?.toString() === 'WorkOrderCreateEvent')
      known.created.add(headers['ce_id']?.toString() ?? '');
  }
  return told;
}
