import type { SubscriberEvent } from '../../services/core/events/subscriber-event.ts';

/** An event with the civil day that it happened on. */
export interface DatedEvent extends SubscriberEvent {
  readonly day: number;
}

type CallEvent = Extract<SubscriberEvent['body'], { type: 'call' }>;
/** How much an event adds to what is summed. */
export type Amount = (event: DatedEvent) => number;

/** 1 where it holds, else 0. */
export function one(holds: boolean): number {
  return holds ? 1 : 0;
}

export function isOutgoing({ body }: DatedEvent): boolean {
  if (body.type !== 'call' || body.result === 'failed') return false;
  return body.direction === 'mobile_originated' || body.direction === 'unspecified';
}

export function isIncoming({ body }: DatedEvent): boolean {
  return body.type === 'call' && body.direction === 'mobile_terminated' && body.result !== 'failed';
}

/** A call in slices is one call, which its first slice stands for. */
function isFirstSlice(body: { readonly recordSequenceNumber: number }): boolean {
  return body.recordSequenceNumber === 0 || body.recordSequenceNumber === 1;
}

export function outgoing(event: DatedEvent): number {
  return event.body.type === 'call' && isOutgoing(event) ? one(isFirstSlice(event.body)) : 0;
}

export function incoming(event: DatedEvent): number {
  return event.body.type === 'call' && isIncoming(event) ? one(isFirstSlice(event.body)) : 0;
}

export function outgoingSeconds(event: DatedEvent): number {
  return event.body.type === 'call' && isOutgoing(event) ? event.body.durationS : 0;
}

export function outgoingTo(network: string): Amount {
  return (event) => (networkOf(event) === network ? outgoing(event) : 0);
}

export function networkOf({ body }: DatedEvent): string | undefined {
  if (body.type !== 'call') return undefined;
  return body.scope === 'international' ? 'international' : body.otherParty?.network;
}

export function failed({ body }: DatedEvent): number {
  if (body.type !== 'call' || body.direction === 'forwarded') return 0;
  return body.result === 'failed' || body.result === 'dropped' ? one(isFirstSlice(body)) : 0;
}

export function sentBody(body: { readonly direction: CallEvent['direction'] }): number {
  return one(body.direction === 'mobile_originated');
}

export function sent({ body }: DatedEvent): number {
  return body.type === 'message' ? sentBody(body) : 0;
}

export function received({ body }: DatedEvent): number {
  return body.type === 'message' ? 1 - sentBody(body) : 0;
}

export function session({ body }: DatedEvent): number {
  return body.type === 'data_session' ? one(isFirstSlice(body)) : 0;
}

export function bytes({ body }: DatedEvent): number {
  return body.type === 'data_session' ? body.upBytes + body.downBytes : 0;
}

export function charge({ body }: DatedEvent): number {
  return body.type === 'call' || body.type === 'message' || body.type === 'data_session' ? body.chargeMinor : 0;
}

/** Money topped up, less reversals. */
export function paidIn({ body }: DatedEvent): number {
  return body.type === 'top_up' ? body.amountMinor : 0;
}

export function isPaidIn(event: DatedEvent): boolean {
  return event.body.type === 'top_up' && event.body.amountMinor >= 0;
}

export function paidInOnce(event: DatedEvent): number {
  return one(isPaidIn(event));
}

/** Something the subscriber did by own will that left a trace of use. */
export function isOwnUse(event: DatedEvent): boolean {
  return (
    outgoing(event) > 0 ||
    outgoingSeconds(event) > 0 ||
    sent(event) > 0 ||
    session(event) > 0 ||
    bytes(event) > 0 ||
    isPaidIn(event)
  );
}

export function contact({ body }: DatedEvent): number {
  return one(body.type === 'agent_contact');
}

export function rivalSign(event: DatedEvent): number {
  const { body } = event;
  switch (body.type) {
    case 'call':
      return body.otherParty?.kind === 'rival_hotline' ? outgoing(event) : 0;
    case 'plan_query':
      return one(body.operatorCode !== 'own' && body.operatorCode !== '');
    case 'agent_contact':
    case 'social_mention':
      return one(body.matchedTerms.length > 0);
    case 'rival_event_attendance':
      return 1;
    default:
      return 0;
  }
}

/** The person talked or written to; undefined for services, and for what never was a conversation. */
export function partyMet({ body }: DatedEvent): string | undefined {
  if (body.type !== 'call' && body.type !== 'message') return undefined;
  if (body.type === 'call' && (body.direction === 'forwarded' || body.result === 'failed')) return undefined;
  const party = body.otherParty;
  if (party === undefined || party.partyId === '') return undefined;
  return party.kind === 'person' || party.kind === 'unspecified' ? party.partyId : undefined;
}
