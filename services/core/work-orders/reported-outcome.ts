import type { OrderResult } from '../events/account.ts';
import type { CauseCode } from '../events/common.ts';
import type { Outcome } from '../outcome.ts';
import { accepted, refused } from '../outcome.ts';
import type { WorkOrderCommand } from './decide.ts';
import { isClosedState } from './desk-state.ts';
import type { WorkOrder } from './work-order.ts';

/** What a CRM reports of an order. */
export interface ReportedOutcome {
  /** Unique for the report, so that one sent twice is recognised. */
  readonly outcomeId: string;
  readonly workOrderId: string;
  /** When it was reached; milliseconds since the Unix epoch, UTC. */
  readonly occurredAtMs: number;
  readonly result: OrderResult;
  readonly cause: CauseCode;
  readonly offerId: string;
  readonly representativeId: string;
}

/**
 * The commands that a report amounts to. A report states a fact, so an order that nobody had begun is begun first: the
 * outside then sees a lawful path. The report that closed an order gives no command when it comes again.
 */
export function commandsForOutcome(
  order: WorkOrder,
  report: ReportedOutcome,
): Outcome<readonly WorkOrderCommand[], 'order_closed' | 'no_result'> {
  if (order.outcomeId === report.outcomeId) return accepted([]);
  if (isClosedState(order.state)) return refused('order_closed', `the order is already ${order.state}`);
  const closing = closingFor(report);
  if (closing === undefined) return refused('no_result', 'the report names no result');
  const { representativeId } = report;
  const assigning: WorkOrderCommand[] = representativeId === '' ? [] : [{ type: 'assign', representativeId }];
  return accepted([...assigning, ...approach(order, closing), closing]);
}

function closingFor(report: ReportedOutcome): WorkOrderCommand | undefined {
  const { result, outcomeId, cause, offerId } = report;
  switch (result) {
    case 'won':
    case 'lost':
    case 'unreachable':
      return { type: 'close', result, outcomeId, cause, offerId };
    case 'expired':
      return { type: 'expire', outcomeId };
    case 'cancelled':
      return { type: 'cancel', outcomeId };
    case 'unspecified':
      return undefined;
  }
}

/** Steps that must come before the closing one. */
function approach(order: WorkOrder, closing: WorkOrderCommand): readonly WorkOrderCommand[] {
  const assessing = order.cancellation === 'assessing';
  if (closing.type !== 'close') return assessing ? [{ type: 'accept_cancellation' }] : [];
  if (assessing) return [{ type: 'deny_cancellation', resumesAs: 'inProgress' }];
  return order.state === 'in_progress' ? [] : [{ type: 'start' }];
}
