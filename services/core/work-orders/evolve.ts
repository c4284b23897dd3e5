import type { Hold, WorkOrder } from './work-order.ts';
import { workOrderIdOf } from './work-order.ts';
import type { Amendment, Closing, WorkOrderChange, WorkOrderEvent } from './work-order-event.ts';

/** The order after one step. Steps come from `decide`, which alone knows what is allowed. */
export function evolve(order: WorkOrder, event: WorkOrderEvent): WorkOrder {
  const next = { ...order, ...changesOf(order, event.change, event.atMs), version: event.version };
  return isMoved(order, next) ? { ...next, stateChangedAtMs: event.atMs } : next;
}

/** The order that its first event opens. */
export function openedBy(event: WorkOrderEvent & { change: { type: 'created' } }): WorkOrder {
  const { alert, dueAtMs, priority } = event.change;
  const { riskScore, riskBand, asOfMs, modelVersion, policyVersion, staleFeeds } = alert.score;
  return {
    id: workOrderIdOf(alert.alertId),
    alertId: alert.alertId,
    subscriberId: alert.score.subscriberId,
    episode: alert.episode,
    version: event.version,
    state: 'created',
    hold: 'held',
    cancellation: 'none',
    rejected: false,
    priority,
    risk: { riskScore, riskBand, asOfMs, modelVersion, policyVersion, staleFeeds },
    reasons: alert.reasons,
    protectiveReasons: alert.protectiveReasons,
    baseMargin: knownMargin(alert.baseMargin),
    rawMargin: knownMargin(alert.rawMargin),
    vector: alert.vector,
    featureSchemaSha256: alert.featureSchemaSha256 === '' ? undefined : alert.featureSchemaSha256,
    monthlyValueMinor: alert.monthlyValueMinor,
    createdAtMs: event.atMs,
    dueAtMs,
    stateChangedAtMs: event.atMs,
    cause: 'unspecified',
    offerId: '',
  };
}

function knownMargin(margin: number): number | undefined {
  return Number.isNaN(margin) ? undefined : margin;
}

function changesOf(order: WorkOrder, change: WorkOrderChange, atMs: number): Partial<WorkOrder> {
  switch (change.type) {
    case 'created':
      return {};
    case 'assigned': {
      const state = order.state === 'created' ? 'assigned' : order.state;
      return { representativeId: change.representativeId, state };
    }
    case 'started':
      return { state: 'in_progress', startedAtMs: order.startedAtMs ?? atMs };
    case 'snoozed':
      return { state: 'snoozed', hold: change.hold, snoozedUntilMs: change.untilMs };
    case 'cancellation_asked':
      return { cancellation: 'assessing', cancellationReason: change.reason ?? order.cancellationReason };
    case 'cancellation_denied':
      return { cancellation: 'none', ...resumed(order, change.resumesAs, atMs) };
    case 'cancellation_accepted':
      return { cancellation: 'accepted' };
    case 'amended':
      return amended(order, change);
    case 'closed':
      return closed(order, change, atMs);
  }
}

function amended(order: WorkOrder, change: Amendment): Partial<WorkOrder> {
  return {
    priority: change.priority ?? order.priority,
    note: change.note ?? order.note,
    cause: change.cause ?? order.cause,
    offerId: change.offerId ?? order.offerId,
  };
}

function closed(order: WorkOrder, change: Closing, atMs: number): Partial<WorkOrder> {
  return {
    state: change.result,
    rejected: change.rejected,
    closedAtMs: atMs,
    cause: change.cause,
    offerId: change.offerId,
    cancellationReason: change.reason ?? order.cancellationReason,
    outcomeId: change.outcomeId,
  };
}

function resumed(order: WorkOrder, resumesAs: 'acknowledged' | 'inProgress' | Hold, atMs: number): Partial<WorkOrder> {
  if (resumesAs === 'inProgress') return { state: 'in_progress', startedAtMs: order.startedAtMs ?? atMs };
  if (resumesAs === 'acknowledged') return { state: order.representativeId === undefined ? 'created' : 'assigned' };
  return { state: 'snoozed', hold: resumesAs };
}

function isMoved(before: WorkOrder, after: WorkOrder): boolean {
  return (
    before.state !== after.state ||
    before.cancellation !== after.cancellation ||
    (after.state === 'snoozed' && before.hold !== after.hold)
  );
}
