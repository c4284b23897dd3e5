import type { Outcome } from '../core/outcome.ts';
import { accepted, refused } from '../core/outcome.ts';
import type { RiskAlert } from '../core/risk/risk.ts';
import type { WorkingCalendar } from '../core/time/working-calendar.ts';
import type { OrderRefusal, WorkOrderCommand } from '../core/work-orders/decide.ts';
import { decide, openOrder } from '../core/work-orders/decide.ts';
import type { OrderNotice } from '../core/work-orders/order-notice.ts';
import { noticeOf, noticesOf } from '../core/work-orders/order-notice.ts';
import type { WorkOrder } from '../core/work-orders/work-order.ts';
import type { OrderStore } from './order-store.ts';

export type ChangeRefusal = OrderRefusal | 'not_found' | 'version_mismatch';

/** What to do with the order as it is found; may be asked again when another change came first. */
export type PlanChange<Reason extends string> = (order: WorkOrder) => Outcome<readonly WorkOrderCommand[], Reason>;

export interface Desk {
  /** Opens the order of an alert; 'exists' when it or another of the same episode was opened before. */
  open(alert: RiskAlert): Promise<'created' | 'exists'>;
  /**
   * Carries out a plan, all or nothing, and answers the order after it.
   *
   * @param onlyVersion refuse with `version_mismatch` unless the order is at this version; undefined takes any.
   * @throws RacedOutError when others changed the order again and again.
   */
  change<Reason extends string>(
    workOrderId: string,
    onlyVersion: number | undefined,
    plan: PlanChange<Reason>,
  ): Promise<Outcome<WorkOrder, ChangeRefusal | Reason>>;
}

/** Too many others changed the same order at once. Trying later helps. */
export class RacedOutError extends Error {
  override readonly name = 'RacedOutError';
  readonly retryable = true;
}

const ATTEMPTS = 5;

/** The desk's orders by its own wall clock: `now` is the only clock, in milliseconds since the Unix epoch. */
export function createDesk(deps: {
  readonly store: OrderStore;
  readonly calendar: WorkingCalendar;
  readonly dueWorkingDays: number;
  readonly now: () => number;
}): Desk {
  const { store, calendar, dueWorkingDays, now } = deps;

  return {
    open(alert) {
      const atMs = now();
      const step = openOrder(alert, atMs, calendar.addWorkingDays(atMs, dueWorkingDays));
      return store.create(step.order, noticeOf(undefined, step));
    },

    async change(workOrderId, onlyVersion, plan) {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const order = await store.get(workOrderId);
        if (order === undefined) return refused('not_found', 'no such work order');
        if (onlyVersion !== undefined && order.version !== onlyVersion) return mismatch(order);
        const notices = plannedNotices(order, plan, now());
        if (!notices.ok) return notices;
        if ((await store.update(order, notices.value)) === 'updated') {
          return accepted(notices.value.at(-1)?.order ?? order);
        }
      }
      throw new RacedOutError(`work order changed ${ATTEMPTS} times while a change was tried`);
    },
  };
}

function mismatch(order: WorkOrder): {
  readonly ok: false;
  readonly reason: 'version_mismatch';
  readonly detail: string;
} {
  return refused('version_mismatch', `the work order is at version ${order.version}`);
}

function plannedNotices<Reason extends string>(
  order: WorkOrder,
  plan: PlanChange<Reason>,
  atMs: number,
): Outcome<readonly OrderNotice[], OrderRefusal | Reason> {
  const commands = plan(order);
  if (!commands.ok) return commands;
  const steps = decide(order, commands.value, atMs);
  return steps.ok ? accepted(noticesOf(order, steps.value)) : steps;
}
