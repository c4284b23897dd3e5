import type { CauseCode } from '../events/common.ts';
import type { Outcome } from '../outcome.ts';
import { accepted, refused } from '../outcome.ts';
import type { WorkOrderCommand } from './decide.ts';
import type { TmfState } from './tmf-state.ts';
import { toTmfState } from './tmf-state.ts';
import type { WorkOrder } from './work-order.ts';

/** What may be said along with a move from outside. */
export interface MoveDetails {
  readonly cause?: CauseCode | undefined;
  readonly offerId?: string | undefined;
  readonly reason?: string | undefined;
}

/** The commands that bring an order to the state that someone outside asks for; none where it is already there. */
export function moveToTmfState(
  order: WorkOrder,
  target: TmfState,
  details: MoveDetails,
): Outcome<readonly WorkOrderCommand[], 'illegal_transition'> {
  const from = toTmfState(order);
  if (from === target) return accepted([]);
  const command = from === 'assessingCancellation' ? commandOfAssessed(target) : commandFor(target, details);
  return command === undefined ? refused('illegal_transition', `from ${from} to ${target}`) : accepted([command]);
}

function commandOfAssessed(target: TmfState): WorkOrderCommand | undefined {
  if (target === 'pendingCancellation') return { type: 'accept_cancellation' };
  if (target !== 'acknowledged' && target !== 'inProgress' && target !== 'held' && target !== 'pending')
    return undefined;
  return { type: 'deny_cancellation', resumesAs: target };
}

function commandFor(target: TmfState, details: MoveDetails): WorkOrderCommand | undefined {
  const { reason, ...found } = details;
  switch (target) {
    case 'acknowledged':
      return undefined;
    case 'inProgress':
      return { type: 'start' };
    case 'held':
    case 'pending':
      return { type: 'snooze', hold: target };
    case 'completed':
      return { type: 'close', result: 'won', ...found };
    case 'failed':
      return { type: 'close', result: 'lost', ...found };
    case 'partial':
      return { type: 'close', result: 'unreachable', ...found };
    case 'rejected':
      return { type: 'reject', reason };
    case 'cancelled':
      return { type: 'cancel', reason };
    case 'assessingCancellation':
      return { type: 'ask_cancellation', reason };
    case 'pendingCancellation':
      return { type: 'accept_cancellation' };
  }
}
