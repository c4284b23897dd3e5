import type { CauseCode } from '../events/common.ts';
import type { Outcome } from '../outcome.ts';
import { accepted, refused } from '../outcome.ts';
import type { RiskAlert } from '../risk/risk.ts';
import { deskTransitions, isClosedState } from './desk-state.ts';
import { evolve, openedBy } from './evolve.ts';
import { tmfTransitions, toTmfState } from './tmf-state.ts';
import type { Hold, WorkOrder } from './work-order.ts';
import { priorityOf, workOrderIdOf } from './work-order.ts';
import type { Amendment, Closing, WorkOrderChange, WorkOrderEvent } from './work-order-event.ts';
import { workOrderEventIdOf } from './work-order-event.ts';

export interface CloseCommand {
  readonly type: 'close';
  readonly result: 'won' | 'lost' | 'unreachable';
  readonly cause?: CauseCode | undefined;
  readonly offerId?: string | undefined;
  readonly outcomeId?: string | undefined;
}

/** What someone wants done with an order. */
export type WorkOrderCommand =
  | { readonly type: 'assign'; readonly representativeId: string }
  | { readonly type: 'start' }
  | { readonly type: 'snooze'; readonly hold: Hold; readonly untilMs?: number | undefined }
  | CloseCommand
  | { readonly type: 'reject'; readonly reason?: string | undefined }
  | { readonly type: 'cancel'; readonly reason?: string | undefined; readonly outcomeId?: string | undefined }
  | { readonly type: 'expire'; readonly outcomeId?: string | undefined }
  | { readonly type: 'ask_cancellation'; readonly reason?: string | undefined }
  | { readonly type: 'deny_cancellation'; readonly resumesAs: 'acknowledged' | 'inProgress' | Hold }
  | { readonly type: 'accept_cancellation' }
  | ({ readonly type: 'amend' } & Omit<Amendment, 'type'>);

export type OrderRefusal = 'order_closed' | 'illegal_transition';

/** One step and the order after it. */
export interface OrderStep {
  readonly event: WorkOrderEvent;
  readonly order: WorkOrder;
}

/** The first step of the order that an alert asks for. */
export function openOrder(alert: RiskAlert, atMs: number, dueAtMs: number): OrderStep {
  const workOrderId = workOrderIdOf(alert.alertId);
  const change = { type: 'created', alert, dueAtMs, priority: priorityOf(alert) } as const;
  const event = { eventId: workOrderEventIdOf(workOrderId, 1), workOrderId, version: 1, atMs, change };
  return { event, order: openedBy(event) };
}

/**
 * The steps that carry out the commands, in order and all or nothing. Asking for what already is gives no step.
 * Refused: `order_closed` for any command on a closed order, `illegal_transition` where the state forbids it.
 */
export function decide(
  order: WorkOrder,
  commands: readonly WorkOrderCommand[],
  atMs: number,
): Outcome<readonly OrderStep[], OrderRefusal> {
  const steps: OrderStep[] = [];
  let current = order;
  for (const command of commands) {
    const step = decideOne(current, command, atMs);
    if (!step.ok) return step;
    if (step.value === undefined) continue;
    steps.push(step.value);
    current = step.value.order;
  }
  return accepted(steps);
}

function decideOne(
  order: WorkOrder,
  command: WorkOrderCommand,
  atMs: number,
): Outcome<OrderStep | undefined, OrderRefusal> {
  if (isClosedState(order.state))
    return refused('order_closed', `the order is ${toTmfState(order)} and no longer changes`);
  const change = changeFor(order, command);
  const version = order.version + 1;
  const event = { eventId: workOrderEventIdOf(order.id, version), workOrderId: order.id, version, atMs, change };
  const next = evolve(order, event);
  const refusal = refusalOf(order, next, change);
  if (refusal !== undefined) return refused('illegal_transition', refusal);
  return accepted(changesNothing(order, next) ? undefined : { event, order: next });
}

function changeFor(order: WorkOrder, command: WorkOrderCommand): WorkOrderChange {
  switch (command.type) {
    case 'assign':
      return { type: 'assigned', representativeId: command.representativeId };
    case 'start':
      return { type: 'started' };
    case 'snooze':
      return { ...command, type: 'snoozed' };
    case 'close':
      return closing(order, command.result, command);
    case 'reject':
      return { ...closing(order, 'cancelled', command), rejected: true };
    case 'cancel':
      return closing(order, 'cancelled', command);
    case 'expire':
      return closing(order, 'expired', command);
    case 'ask_cancellation':
      return { ...command, type: 'cancellation_asked' };
    case 'deny_cancellation':
      return { ...command, type: 'cancellation_denied' };
    case 'accept_cancellation':
      return { type: 'cancellation_accepted' };
    case 'amend':
      return { ...command, type: 'amended' };
  }
}

function closing(
  order: WorkOrder,
  result: Closing['result'],
  said: {
    readonly cause?: CauseCode | undefined;
    readonly offerId?: string | undefined;
    readonly reason?: string | undefined;
    readonly outcomeId?: string | undefined;
  },
): Closing {
  return {
    type: 'closed',
    result,
    rejected: false,
    cause: said.cause ?? order.cause,
    offerId: said.offerId ?? order.offerId,
    reason: said.reason,
    outcomeId: said.outcomeId,
  };
}

/** Both tables must allow the move: the desk's own and the one that the outside was promised. */
function refusalOf(before: WorkOrder, after: WorkOrder, change: WorkOrderChange): string | undefined {
  const from = toTmfState(before);
  const to = toTmfState(after);
  if (change.type === 'cancellation_denied') {
    return before.cancellation === 'assessing' ? undefined : 'no cancellation is being assessed';
  }
  const isWork = change.type === 'started' || change.type === 'snoozed';
  if (isWork && before.cancellation !== 'none') return `no work while ${from}`;
  const tmfAllows = from === to || tmfTransitions[from].includes(to);
  const deskAllows = before.state === after.state || deskTransitions[before.state].includes(after.state);
  return tmfAllows && deskAllows ? undefined : `from ${from} to ${to}`;
}

function changesNothing(before: WorkOrder, after: WorkOrder): boolean {
  return JSON.stringify({ ...after, version: 0 }) === JSON.stringify({ ...before, version: 0 });
}
