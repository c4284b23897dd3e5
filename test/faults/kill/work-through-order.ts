import type { AcknowledgedChange, CarefulDesk, WantedChange } from './careful-desk.ts';

/**
 * An order's life at the desk, told by two people who change it at the same time, so that one comes in the other's way:
 * one leaves notes, the other takes it, works it, puts it off and takes it up again. When both are done it is won.
 *
 * @returns the changes that were acknowledged.
 */
export async function workThroughOrder(desk: CarefulDesk, workOrderId: string): Promise<AcknowledgedChange[]> {
  const made = await Promise.all([
    inTurn(desk, [note(workOrderId, 'first call: no answer'), note(workOrderId, 'second call: thinks about it')]),
    inTurn(desk, [
      assignment(workOrderId, 'agent-7'),
      move(workOrderId, 'inProgress'),
      move(workOrderId, 'held'),
      move(workOrderId, 'inProgress'),
    ]),
  ]);
  return [...made.flat(), ...(await inTurn(desk, [move(workOrderId, 'completed')]))];
}

/** Changes that `workThroughOrder` makes to an order, each of them one version. */
export const CHANGES_PER_ORDER = 7;

async function inTurn(desk: CarefulDesk, changes: readonly WantedChange[]): Promise<AcknowledgedChange[]> {
  const made: AcknowledgedChange[] = [];
  for (const change of changes) {
    const acknowledged = await desk.change(change);
    if (acknowledged !== undefined) made.push(acknowledged);
  }
  return made;
}

function note(workOrderId: string, text: string): WantedChange {
  return { workOrderId, body: { note: { text } }, isMade: (order) => order.note?.text === text };
}

function assignment(workOrderId: string, id: string): WantedChange {
  const party = { id, role: 'representative', '@referredType': 'Individual' };
  return {
    workOrderId,
    body: { relatedParty: [party] },
    isMade: ({ relatedParty }) => relatedParty.some((found) => found.id === id),
  };
}

function move(workOrderId: string, state: string): WantedChange {
  return { workOrderId, body: { state }, isMade: (order) => order.state === state };
}
