import type { EventBody } from '../events/subscriber-event.ts';

/**
 * What an event says about the end of the subscription, as the subscriber's state takes it: true where it has ended
 * (deactivated, closed, ported out), false where it goes on, undefined where the event says nothing of it. A request to
 * leave is no end.
 */
export function statedClosure(body: EventBody): boolean | undefined {
  switch (body.type) {
    case 'deactivation':
      return true;
    case 'activation':
    case 'reactivation':
      return false;
    case 'status_change':
      return body.newStatus === 'unspecified' ? undefined : body.newStatus === 'closed';
    case 'port_out':
      return body.step === 'completed' || body.step === 'unspecified' ? true : undefined;
    default:
      return undefined;
  }
}
