/** States of a work order inside the desk. */
export const deskStates = [
  'created',
  'assigned',
  'in_progress',
  'snoozed',
  'won',
  'lost',
  'unreachable',
  'expired',
  'cancelled',
] as const;
export type DeskState = (typeof deskStates)[number];

export type ClosedState = Extract<DeskState, 'won' | 'lost' | 'unreachable' | 'expired' | 'cancelled'>;

/**
 * Where an order may go from where it is. A denied cancellation is the one exception: it may put an open order into any
 * open state, for the desk then says anew where the work stands.
 */
export const deskTransitions: Readonly<Record<DeskState, readonly DeskState[]>> = {
  created: ['assigned', 'in_progress', 'expired', 'cancelled'],
  assigned: ['in_progress', 'expired', 'cancelled'],
  in_progress: ['snoozed', 'won', 'lost', 'unreachable', 'expired', 'cancelled'],
  snoozed: ['in_progress', 'expired', 'cancelled'],
  won: [],
  lost: [],
  unreachable: [],
  expired: [],
  cancelled: [],
};

export function isClosedState(state: DeskState): state is ClosedState {
  return deskTransitions[state].length === 0;
}
