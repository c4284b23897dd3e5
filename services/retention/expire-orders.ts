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
    const atMs = now();
    let expired = 0;
    /** Orders that stay open: the next page begins behind them. */
    let offset = 0;
    for (;;) {
      const page = await store.openDueBefore(atMs, { offset, limit: BATCH });
      for (const order of page) {
        if (calendar.addWorkingDays(order.dueAtMs, graceWorkingDays) > atMs) return expired;
        const result = await desk.change(order.id, undefined, () => accepted([{ type: 'expire' }]));
        if (result.ok) expired++;
        else offset++;
      }
      if (page.length < BATCH) return expired;
    }
  };
}
