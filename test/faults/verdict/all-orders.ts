import type { WorkOrder } from '../../../services/core/work-orders/work-order.ts';
import { createRedisOrderStore } from '../../../services/retention/redis/redis-order-store.ts';
import type { Installation } from '../../support/installation.ts';

const PAGE = 500;

/** Every order in Redis, as it stands now. */
export async function allOrders({ redis }: Installation): Promise<WorkOrder[]> {
  const store = createRedisOrderStore(redis, '');
  const orders: WorkOrder[] = [];
  for (;;) {
    const page = await store.list({ offset: orders.length, limit: PAGE });
    orders.push(...page.orders);
    if (page.orders.length === 0) return orders;
  }
}
