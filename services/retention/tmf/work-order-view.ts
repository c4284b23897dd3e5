import { isClosedState } from '../../core/work-orders/desk-state.ts';
import { toTmfState } from '../../core/work-orders/tmf-state.ts';
import type { WorkOrder } from '../../core/work-orders/work-order.ts';
import { isoTime } from './iso-time.ts';
import type { TmfUrls } from './tmf-urls.ts';
import type { TmfCharacteristic, TmfWorkOrder } from './work-order-schema.ts';

/** Role under which the subscriber and the desk's representative appear as related parties. */
const SUBSCRIBER_ROLE = 'subscriber';
export const REPRESENTATIVE_ROLE = 'representative';

/** A work order as TMF697 v4 shows it. Attributes without a value are undefined, which JSON leaves out. */
export function toTmfWorkOrder(order: WorkOrder, urls: TmfUrls): TmfWorkOrder {
  return {
    id: order.id,
    href: urls.workOrder(order.id),
    externalId: order.alertId,
    category: 'retention',
    description: descriptionOf(order),
    priority: order.priority,
    state: toTmfState(order),
    ...datesOf(order),
    cancellationReason: order.cancellationReason,
    version: String(order.version),
    note: noteOf(order),
    relatedParty: partiesOf(order),
    relatedEntity: [
      {
        id: order.subscriberId,
        href: urls.riskAssessment(order.subscriberId),
        role: 'currentRisk',
        '@referredType': 'PartyRoleRiskAssessment',
      },
    ],
    workOrderItem: [
      {
        id: '1',
        action: 'add',
        state: toTmfState(order),
        work: {
          name: 'Retention contact',
          workType: 'retention',
          workCharacteristic: characteristicsOf(order),
          '@type': 'RetentionContact',
        },
      },
    ],
    '@type': 'RetentionWorkOrder',
    '@baseType': 'WorkOrder',
  };
}

function descriptionOf(order: WorkOrder): string {
  const percent = Math.round(order.risk.riskScore * 100);
  const first = order.reasons[0];
  return `Churn risk ${percent} %${first === undefined ? '' : `: ${first.textEn}`}`;
}

function datesOf(order: WorkOrder): TmfWorkOrder {
  const ended = order.state === 'won' || order.state === 'lost' || order.state === 'unreachable';
  return {
    orderDate: isoTime(order.createdAtMs),
    startDate: isoTime(order.startedAtMs),
    requestedCompletionDate: isoTime(order.dueAtMs),
    expectedCompletionDate: isoTime(order.dueAtMs),
    completionDate: ended ? isoTime(order.closedAtMs) : undefined,
    cancellationDate: ended ? undefined : isoTime(order.closedAtMs),
    stateChangeDate: isoTime(order.stateChangedAtMs),
  };
}

function noteOf({ note }: WorkOrder): TmfWorkOrder['note'] {
  return note && { text: note.text, author: note.author, date: isoTime(note.atMs) };
}

function partiesOf(order: WorkOrder): NonNullable<TmfWorkOrder['relatedParty']> {
  const subscriber = { id: order.subscriberId, role: SUBSCRIBER_ROLE, '@referredType': 'Customer' };
  if (order.representativeId === undefined) return [subscriber];
  return [subscriber, { id: order.representativeId, role: REPRESENTATIVE_ROLE, '@referredType': 'Individual' }];
}

function characteristicsOf(order: WorkOrder): TmfCharacteristic[] {
  const { risk } = order;
  const characteristics: [name: string, value: unknown][] = [
    ['riskScore', risk.riskScore],
    ['riskBand', risk.riskBand],
    ['riskAsOf', isoTime(risk.asOfMs)],
    ['modelVersion', risk.modelVersion],
    ['policyVersion', risk.policyVersion],
    ['staleFeeds', risk.staleFeeds],
    ['baseMargin', order.baseMargin],
    ['rawMargin', order.rawMargin],
    ['reasonCodes', order.reasons.map(({ story }) => story)],
    ['reasons', order.reasons],
    ['protectiveReasons', order.protectiveReasons],
    ['episode', order.episode],
    ['monthlyValueMinor', order.monthlyValueMinor],
    ['deskState', order.state],
    ['snoozedUntil', isoTime(order.snoozedUntilMs)],
    ['result', isClosedState(order.state) ? order.state : undefined],
    ['cause', order.cause === 'unspecified' ? undefined : order.cause],
    ['offerId', order.offerId === '' ? undefined : order.offerId],
  ];
  return characteristics.flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, valueType: valueTypeOf(value), value }],
  );
}

function valueTypeOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}
