import type { WorkOrder } from './work-order.ts';

/** States of a work order as TMF697 v4 shows them. */
export const tmfStates = [
  'acknowledged',
  'rejected',
  'pending',
  'held',
  'inProgress',
  'cancelled',
  'completed',
  'failed',
  'partial',
  'assessingCancellation',
  'pendingCancellation',
] as const;
export type TmfState = (typeof tmfStates)[number];

/** Where the outside may see an order go. */
export const tmfTransitions: Readonly<Record<TmfState, readonly TmfState[]>> = {
  acknowledged: ['inProgress', 'rejected', 'cancelled', 'assessingCancellation'],
  inProgress: ['pending', 'held', 'completed', 'failed', 'partial', 'cancelled', 'assessingCancellation'],
  pending: ['inProgress', 'cancelled', 'assessingCancellation'],
  held: ['inProgress', 'cancelled', 'assessingCancellation'],
  assessingCancellation: ['acknowledged', 'inProgress', 'pending', 'held', 'pendingCancellation'],
  pendingCancellation: ['cancelled'],
  rejected: [],
  cancelled: [],
  completed: [],
  failed: [],
  partial: [],
};

/**
 * How an order looks from outside. Won is completed and lost is failed; a customer who was not reached is partial, for
 * the contact was tried and the question is open; an order that ran out of time is cancelled, the one end that every
 * open state may reach.
 */
export function toTmfState(order: Pick<WorkOrder, 'state' | 'hold' | 'cancellation' | 'rejected'>): TmfState {
  switch (order.state) {
    case 'won':
      return 'completed';
    case 'lost':
      return 'failed';
    case 'unreachable':
      return 'partial';
    case 'expired':
      return 'cancelled';
    case 'cancelled':
      return order.rejected ? 'rejected' : 'cancelled';
    case 'created':
    case 'assigned':
    case 'in_progress':
    case 'snoozed':
      if (order.cancellation === 'assessing') return 'assessingCancellation';
      if (order.cancellation === 'accepted') return 'pendingCancellation';
      if (order.state === 'in_progress') return 'inProgress';
      return order.state === 'snoozed' ? order.hold : 'acknowledged';
  }
}
