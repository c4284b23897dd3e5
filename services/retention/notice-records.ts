import type { SubscriberEvent } from '../core/events/subscriber-event.ts';
import type { OrderNotice } from '../core/work-orders/order-notice.ts';
import { orderOutcomeEvent } from '../core/work-orders/order-outcome-event.ts';
import type { OutgoingRecord } from '../platform/kafka/record.ts';
import { isoTime } from './tmf/iso-time.ts';
import type { TmfUrls } from './tmf/tmf-urls.ts';
import { toWorkOrderTmfEvent } from './tmf/work-order-event.ts';

/** `source` of every CloudEvent of this service; with the id it identifies an event. */
const SOURCE = '/churn-warning/retention';

/**
 * What is published of one notice, keyed by subscriber: its TMF697 event, and for the notice that closed the order also
 * the outcome for the input log. CloudEvents in binary mode; ids derive from order and version.
 */
export function createNoticeRecords(deps: {
  readonly workOrderTopic: string;
  readonly inputTopic: string;
  readonly urls: TmfUrls;
  readonly encodeEvent: (event: SubscriberEvent) => Uint8Array;
  readonly utcOffsetMinutesAt: (atMs: number) => number;
}): (notice: OrderNotice) => readonly OutgoingRecord[] {
  const { workOrderTopic, inputTopic, urls, encodeEvent, utcOffsetMinutesAt } = deps;

  function workOrderRecord(notice: OrderNotice): OutgoingRecord {
    const event = toWorkOrderTmfEvent(notice, urls);
    const { subscriberId } = notice.order;
    return {
      topic: workOrderTopic,
      key: subscriberId,
      value: Buffer.from(JSON.stringify(event)),
      headers: {
        ...cloudEventHeaders(event.eventId, event.eventType, notice, 'application/json; charset=utf-8'),
        ce_correlationid: event.correlationId,
      },
    };
  }

  function outcomeRecords(notice: OrderNotice): readonly OutgoingRecord[] {
    const event = orderOutcomeEvent(notice.order, utcOffsetMinutesAt(notice.atMs));
    if (event === undefined) return [];
    const headers = cloudEventHeaders(event.eventId, 'telco.v1.SubscriberEvent', notice, 'application/protobuf');
    return [{ topic: inputTopic, key: event.subscriberId, value: encodeEvent(event), headers }];
  }

  return (notice) => [workOrderRecord(notice), ...outcomeRecords(notice)];
}

function cloudEventHeaders(id: string, type: string, notice: OrderNotice, contentType: string): Record<string, string> {
  return {
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: SOURCE,
    ce_type: type,
    ce_time: isoTime(notice.atMs),
    ce_subject: notice.order.id,
    'content-type': contentType,
  };
}
