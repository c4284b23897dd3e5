import type { SubscriberEvent } from '../events/subscriber-event.ts';
import { isClosedState } from './desk-state.ts';
import type { WorkOrder } from './work-order.ts';

/** Feed name of what the desk itself puts into the input log. */
const RETENTION_FEED = 'retention';

/**
 * The event by which the log learns how an order ended; undefined while it is open. The id comes from the order. Scorers
 * do not look at it: a repeated publication names an episode that is closed already.
 */
export function orderOutcomeEvent(order: WorkOrder, utcOffsetMinutes: number): SubscriberEvent | undefined {
  const { state, closedAtMs } = order;
  if (!isClosedState(state) || closedAtMs === undefined) return undefined;
  return {
    eventId: `${order.id}-outcome`,
    occurredAtMs: closedAtMs,
    recordedAtMs: closedAtMs,
    feed: RETENTION_FEED,
    utcOffsetMinutes,
    subscriberId: order.subscriberId,
    body: {
      type: 'order_outcome',
      workOrderId: order.id,
      alertId: order.alertId,
      episode: order.episode,
      result: state,
      cause: order.cause,
      offerId: order.offerId,
    },
  };
}
