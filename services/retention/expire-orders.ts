import type { WorkingCalendar } from '../core/time/working-calendar.ts';
import { accepted } from '../core/outcome.ts';
import type { Desk } from './desk.ts';
import type { OrderStore } from './order-store.ts';

const BATCH = 100;

/**
 * Expires open orders whose due time passed `graceWorkingDays` or more ago. One whose cancellation is being assessed is
 * left to that assessment. Answers how many expired.
 */
export function createOrderExpiry(deps: {
  readonly store: Pick<OrderStore, 'openDueBefore'>;
  readonly desk: Desk;
  readonly calendar: WorkingCalendar;
  readonly graceWorkingDays: number;
  readonly now: () => number;
}): () => Promise<number> {
  const { store, desk, calendar, graceWorkingDays, now } = deps;
  return async function expireOrders() {
    let expired = 0;
    const atMs = now();
    for (const order of await store.openDueBefore(atMs, BATCH)) {
      if (calendar.addWorkingDays(order.dueAtMs, graceWorkingDays) > atMs) break;
      const result = await desk.change(order.id, undefined, () => accepted([{ type: 'expire' }]));
      if (result.ok) expired++;
    }
    return expired;
  };
}
