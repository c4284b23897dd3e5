import type { Bill, Activation, ContractStart, ServiceChange, PortOut } from '../../services/core/events/account.ts';
import type { AgentContact, Complaint, Fault, Survey } from '../../services/core/events/care.ts';
import type { OtherParty } from '../../services/core/events/common.ts';
import type { EventBody, PartitionMark, SubscriberEvent } from '../../services/core/events/subscriber-event.ts';
import type { Call, DataSession, Message, TopUp } from '../../services/core/events/usage.ts';

/** Plain bodies of each kind; override what a test speaks of. */
export function sampleParty(changes: Partial<OtherParty> = {}): OtherParty {
  return { partyId: 'p1', operatorCode: 'own', network: 'on_net', kind: 'person', ...changes };
}

export function sampleCall(changes: Partial<Call> = {}): Call {
  return {
    type: 'call',
    direction: 'mobile_originated',
    otherParty: sampleParty(),
    durationS: 60,
    billedDurationS: 60,
    chargeMinor: 20,
    scope: 'local',
    result: 'answered',
    location: undefined,
    imeiHash: '',
    forwardedTo: undefined,
    inVpn: false,
    callReference: '',
    recordSequenceNumber: 0,
    ...changes,
  };
}

export function sampleMessage(changes: Partial<Message> = {}): Message {
  return {
    type: 'message',
    kind: 'sms',
    direction: 'mobile_originated',
    otherParty: sampleParty(),
    chargeMinor: 10,
    location: undefined,
    imeiHash: '',
    ...changes,
  };
}

export function sampleSession(changes: Partial<DataSession> = {}): DataSession {
  return {
    type: 'data_session',
    durationS: 300,
    upBytes: 1_000,
    downBytes: 9_000,
    access: 'mobile',
    radioGeneration: '4g',
    chargeMinor: 30,
    outOfBundleBytes: 0,
    outOfBundleChargeMinor: 0,
    meanKbps: 266,
    location: undefined,
    imeiHash: '',
    roaming: false,
    chargingId: '',
    recordSequenceNumber: 0,
    ...changes,
  };
}

export function sampleTopUp(changes: Partial<TopUp> = {}): TopUp {
  return { type: 'top_up', amountMinor: 3_000, channel: 'app', paymentWay: 'wallet', ...changes };
}

export function sampleComplaint(changes: Partial<Complaint> = {}): Complaint {
  return {
    type: 'complaint',
    complaintId: 'c1',
    cause: 'service',
    channel: 'hotline',
    step: 'received',
    openedAtMs: 0,
    closedAtMs: 0,
    result: '',
    ...changes,
  };
}

export function sampleSurvey(changes: Partial<Survey> = {}): Survey {
  return {
    type: 'survey',
    surveyId: 'v1',
    kind: 'fault',
    aboutId: 'f1',
    score: 7,
    cause: 'unspecified',
    answers: {},
    ...changes,
  };
}

export function sampleContact(changes: Partial<AgentContact> = {}): AgentContact {
  return {
    type: 'agent_contact',
    contactId: 'a1',
    channel: 'hotline',
    waitS: 30,
    handleS: 200,
    topic: 'bill',
    matchedTerms: [],
    resolved: true,
    representativeId: 'r1',
    ...changes,
  };
}

export function sampleFault(changes: Partial<Fault> = {}): Fault {
  return {
    type: 'fault',
    faultId: 'f1',
    service: 'broadband',
    step: 'reported',
    reportedAtMs: 0,
    repairedAtMs: 0,
    location: undefined,
    ...changes,
  };
}

export function sampleBill(changes: Partial<Bill> = {}): Bill {
  return {
    type: 'bill',
    month: 202_601,
    totalMinor: 5_000,
    rentalMinor: 0,
    voiceMinor: 0,
    messageMinor: 0,
    dataMinor: 0,
    outOfBundleDataMinor: 0,
    valueAddedMinor: 0,
    providerMinor: 0,
    groupProductMinor: 0,
    giftCreditMinor: 0,
    discountMinor: 0,
    minutes: 0,
    bytes: 0,
    deliveredAtMs: 0,
    disputed: false,
    ...changes,
  };
}

export function sampleActivation(changes: Partial<Activation> = {}): Activation {
  return {
    type: 'activation',
    channelId: '',
    channel: 'own_shop',
    planId: 'plan',
    transactionAtMs: 0,
    entryOfferId: '',
    simId: '',
    paymentType: 'prepaid',
    ...changes,
  };
}

export function sampleContract(changes: Partial<ContractStart> = {}): ContractStart {
  return {
    type: 'contract_start',
    contractId: 'k1',
    campaignId: '',
    startsAtMs: 0,
    endsAtMs: Date.UTC(2027, 0, 1),
    binding: true,
    renewal: false,
    ...changes,
  };
}

export function sampleServiceChange(changes: Partial<ServiceChange> = {}): ServiceChange {
  return {
    type: 'service_change',
    productId: 'v1',
    kind: 'value_added',
    on: true,
    forwardTo: undefined,
    providerId: '',
    channel: 'app',
    ...changes,
  };
}

export function samplePortOut(changes: Partial<PortOut> = {}): PortOut {
  return { type: 'port_out', operatorCode: 'r1', step: 'requested', cause: 'unspecified', ...changes };
}

let made = 0;

/** An event with an id of its own unless one is given. */
export function sampleEvent(
  body: EventBody,
  occurredAtMs: number,
  changes: Partial<Omit<SubscriberEvent, 'body' | 'occurredAtMs'>> = {},
): SubscriberEvent {
  return {
    eventId: `e${++made}`,
    subscriberId: 's1',
    occurredAtMs,
    recordedAtMs: occurredAtMs,
    feed: 'voice',
    utcOffsetMinutes: 480,
    ...changes,
    body,
  };
}

/** A feed's statement that it is complete through an instant. */
export function sampleProgress(feed: string, completeThroughMs: number): PartitionMark {
  return {
    eventId: `m${++made}`,
    subscriberId: '',
    occurredAtMs: completeThroughMs,
    recordedAtMs: completeThroughMs,
    feed,
    utcOffsetMinutes: 0,
    body: { type: 'feed_progress', feed, completeThroughMs },
  };
}
