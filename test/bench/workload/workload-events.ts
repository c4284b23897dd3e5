import type { OtherParty } from '../../../services/core/events/common.ts';
import type { EventBody, PartitionMark, SubscriberEvent } from '../../../services/core/events/subscriber-event.ts';

/** The feeds of the workload; all of them report their progress. */
export const WORKLOAD_FEEDS = ['voice', 'data', 'message', 'care'] as const;
type WorkloadFeed = (typeof WORKLOAD_FEEDS)[number];

const UTC_OFFSET_MINUTES = 480;
/** A source hands its records over in files: some minutes pass. */
const RECORDED_AFTER_MS = 120_000;
const CALL_SHARE = 0.7;
const DATA_SHARE = 0.2;

/** One use: a call in 70 of 100, a data session in 20, a message in 10. The field values follow from `uniform`. */
export function usageEvent(
  subscriberId: string,
  partyId: string,
  occurredAtMs: number,
  eventId: string,
  uniform: number,
): SubscriberEvent {
  if (uniform < CALL_SHARE) {
    return event('voice', subscriberId, occurredAtMs, eventId, callBody(partyId, uniform / CALL_SHARE));
  }
  const rest = (uniform - CALL_SHARE) / (1 - CALL_SHARE);
  if (rest < DATA_SHARE / (1 - CALL_SHARE)) {
    return event('data', subscriberId, occurredAtMs, eventId, sessionBody(rest));
  }
  return event('message', subscriberId, occurredAtMs, eventId, messageBody(partyId, rest));
}

/** A complaint: makes its subscriber due at once, and its score is published. */
export function complaintEvent(subscriberId: string, occurredAtMs: number, eventId: string): SubscriberEvent {
  return event('care', subscriberId, occurredAtMs, eventId, {
    type: 'complaint',
    complaintId: eventId,
    cause: 'service',
    channel: 'hotline',
    step: 'received',
    openedAtMs: occurredAtMs,
    closedAtMs: 0,
    result: '',
  });
}

/** A feed's statement that it is complete through an instant. */
export function progressMark(feed: WorkloadFeed, completeThroughMs: number): PartitionMark {
  return {
    eventId: `${feed}-${completeThroughMs}`,
    subscriberId: '',
    occurredAtMs: completeThroughMs,
    recordedAtMs: completeThroughMs,
    feed,
    utcOffsetMinutes: UTC_OFFSET_MINUTES,
    body: { type: 'feed_progress', feed, completeThroughMs },
  };
}

function event(
  feed: WorkloadFeed,
  subscriberId: string,
  occurredAtMs: number,
  eventId: string,
  body: EventBody,
): SubscriberEvent {
  return {
    eventId,
    subscriberId,
    occurredAtMs,
    recordedAtMs: occurredAtMs + RECORDED_AFTER_MS,
    feed,
    utcOffsetMinutes: UTC_OFFSET_MINUTES,
    body,
  };
}

function callBody(partyId: string, uniform: number): EventBody {
  const durationS = 5 + Math.floor(-120 * Math.log(1 - uniform * 0.999));
  return {
    type: 'call',
    direction: uniform < 0.55 ? 'mobile_originated' : 'mobile_terminated',
    otherParty: party(partyId, uniform),
    durationS,
    billedDurationS: Math.ceil(durationS / 60) * 60,
    chargeMinor: Math.ceil(durationS / 60) * 15,
    scope: 'local',
    result: 'answered',
    location: undefined,
    imeiHash: '',
    forwardedTo: undefined,
    inVpn: false,
    callReference: '',
    recordSequenceNumber: 0,
  };
}

function sessionBody(uniform: number): EventBody {
  const downBytes = 50_000 + Math.floor(uniform * 90_000_000);
  return {
    type: 'data_session',
    durationS: 60 + Math.floor(uniform * 5_000),
    upBytes: Math.floor(downBytes / 12),
    downBytes,
    access: 'mobile',
    radioGeneration: '4g',
    chargeMinor: 20,
    outOfBundleBytes: 0,
    outOfBundleChargeMinor: 0,
    meanKbps: 2_400,
    location: { cellId: '10233-4', areaId: 'a17', plmnId: '', roamingArea: '' },
    imeiHash: '',
    roaming: false,
    chargingId: '',
    recordSequenceNumber: 0,
  };
}

function messageBody(partyId: string, uniform: number): EventBody {
  return {
    type: 'message',
    kind: 'sms',
    direction: uniform < 0.8 ? 'mobile_originated' : 'mobile_terminated',
    otherParty: party(partyId, uniform),
    chargeMinor: 10,
    location: undefined,
    imeiHash: '',
  };
}

function party(partyId: string, uniform: number): OtherParty {
  const isOwn = (uniform * 1_000) % 1 < 0.6;
  return {
    partyId,
    operatorCode: isOwn ? '' : 'r2',
    network: isOwn ? 'on_net' : 'off_net',
    kind: 'person',
  };
}
