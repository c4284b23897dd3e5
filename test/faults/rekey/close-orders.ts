import { createRedisOrderStore } from '../../../services/retention/redis/redis-order-store.ts';
import type { WorkOrder } from '../../../services/core/work-orders/work-order.ts';
import type { Installation } from '../../support/installation.ts';

const PAGE = 500;
const MERGE_PATCH = { 'content-type': 'application/merge-patch+json' };

/** All orders of a keyspace. */
export async function ordersIn({ redis }: Installation, keyspace: string): Promise<WorkOrder[]> {
  const store = createRedisOrderStore(redis, keyspace);
  const orders: WorkOrder[] = [];
  for (;;) {
    const page = await store.list({ offset: orders.length, limit: PAGE });
    orders.push(...page.orders);
    if (page.orders.length === 0) return orders;
  }
}

/** Works an order over HTTP until it is won. @throws where the desk refuses. */
export async function winOrder(address: string, workOrderId: string): Promise<void> {
  const url = `${address}/tmf-api/workOrderManagement/v4/workOrder/${encodeURIComponent(workOrderId)}`;
  for (const state of ['inProgress', 'completed']) {
    const answer = await fetch(url, { method: 'PATCH', headers: MERGE_PATCH, body: JSON.stringify({ state }) });
    if (!answer.ok) throw new Error(`the desk refused to move an order to ${state}: ${answer.status}`);
  }
}

/** Asks for a customer by number. @returns the id that the answer is about. */
export async function idByNumber(address: string, number: string): Promise<string | undefined> {
  const answer = await fetch(`${address}/v1/risk-queries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ number }),
  });
  if (!answer.ok) return undefined;
  const body: unknown = await answer.json();
  return typeof body === 'object' && body !== null && 'subscriberId' in body ? String(body.subscriberId) : undefined;
}
