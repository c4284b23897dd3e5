import type { OrderNotice, NoticeType } from '../../core/work-orders/order-notice.ts';
import { isoTime } from './iso-time.ts';
import type { TmfUrls } from './tmf-urls.ts';
import type { TmfWorkOrder } from './work-order-schema.ts';
import { toTmfWorkOrder } from './work-order-view.ts';

const eventTypes = {
  created: 'WorkOrderCreateEvent',
  state_changed: 'WorkOrderStateChangeEvent',
  attribute_changed: 'WorkOrderAttributeValueChangeEvent',
} as const satisfies Record<NoticeType, string>;

/** The envelope of a TMF697 v4 event; the same object on the topic and for subscribers over HTTP. */
export interface WorkOrderTmfEvent {
  readonly eventId: string;
  readonly eventTime: string;
  readonly eventType: (typeof eventTypes)[NoticeType];
  readonly correlationId: string;
  readonly domain: string;
  readonly title: string;
  readonly priority: string;
  /** v4 spells it with one c. */
  readonly timeOcurred: string;
  readonly event: { readonly workOrder: TmfWorkOrder };
}

export function toWorkOrderTmfEvent(notice: OrderNotice, urls: TmfUrls): WorkOrderTmfEvent {
  const { eventId, type, atMs, order } = notice;
  const workOrder = toTmfWorkOrder(order, urls);
  const eventTime = isoTime(atMs);
  return {
    eventId,
    eventTime,
    eventType: eventTypes[type],
    correlationId: order.alertId,
    domain: 'retention',
    title: `Retention work order ${workOrder.state ?? ''}`.trimEnd(),
    priority: order.priority,
    timeOcurred: eventTime,
    event: { workOrder },
  };
}
