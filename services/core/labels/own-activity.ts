import type { EventBody } from '../events/subscriber-event.ts';

/**
 * Whether an event is the subscriber's own use: an outgoing call or message, data, a top-up. The same deeds make a day
 * active for the features; what others do (incoming calls), what the operator does (bills) and what failed is none.
 */
export function isOwnActivity(body: EventBody): boolean {
  switch (body.type) {
    case 'call':
      if (body.direction === 'forwarded' || body.direction === 'mobile_terminated') return false;
      return body.result !== 'failed' && (body.recordSequenceNumber <= 1 || body.durationS > 0);
    case 'message':
      return body.direction === 'mobile_originated';
    case 'data_session':
      return body.recordSequenceNumber <= 1 || body.upBytes + body.downBytes > 0;
    case 'top_up':
      return body.amountMinor >= 0;
    default:
      return false;
  }
}
