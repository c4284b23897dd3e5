import type { CellLocation, Direction, Network, OtherParty, PartyKind } from '../core/events/common.ts';
import type { SubscriberEvent } from '../core/events/subscriber-event.ts';
import type { Call, DataSession, Message } from '../core/events/usage.ts';
import { createWireCursor } from './wire-cursor.ts';

/** An enum's names in the order of their numbers. */
type Names<T> = readonly [T, ...T[]];

const DIRECTIONS: Names<Direction> = ['unspecified', 'mobile_originated', 'mobile_terminated', 'forwarded'];
const NETWORKS: Names<Network> = ['unspecified', 'on_net', 'off_net', 'international'];
const PARTY_KINDS: Names<PartyKind> = ['unspecified', 'person', 'service', 'free', 'rival_hotline'];
const SCOPES: Names<Call['scope']> = ['unspecified', 'local', 'long_distance', 'international', 'roaming'];
const RESULTS: Names<Call['result']> = ['unspecified', 'answered', 'failed', 'dropped'];
const ACCESSES: Names<DataSession['access']> = ['unspecified', 'mobile', 'wireless_broadband', 'fixed'];
const GENERATIONS: Names<DataSession['radioGeneration']> = ['unspecified', '2g', '3g', '4g', '5g'];
const MESSAGE_KINDS: Names<Message['kind']> = ['unspecified', 'sms', 'mms'];

/** One cursor serves all: values are read one after the other. */
const cursor = createWireCursor();

/**
 * Calls, data sessions and messages, nearly all of an operator's events, read by hand: several times as fast as the
 * compiled reader, with the same result. Whatever is not plainly one of them, malformed bytes included, is undefined,
 * and the compiled reader's to judge. The cases of a switch are tags: field number × 8 + wire type.
 */
export function readUsageEvent(bytes: Buffer): SubscriberEvent | undefined {
  cursor.begin(bytes);
  let eventId = '';
  let subscriberId = '';
  let occurredAtMs = 0;
  let recordedAtMs = 0;
  let feed = '';
  let utcOffsetMinutes = 0;
  let body: Call | DataSession | Message | undefined;
  while (cursor.isBefore(bytes.length)) {
    const tag = cursor.varint();
    if (tag === 10) eventId = cursor.text();
    else if (tag === 18) subscriberId = cursor.text();
    else if (tag === 24) occurredAtMs = cursor.varint();
    else if (tag === 32) recordedAtMs = cursor.varint();
    else if (tag === 42) feed = cursor.text();
    else if (tag === 48) utcOffsetMinutes = cursor.zigZag();
    else if (body !== undefined) return undefined;
    else if (tag === 82) body = readCall(cursor.delimited());
    else if (tag === 90) body = readDataSession(cursor.delimited());
    else if (tag === 98) body = readMessage(cursor.delimited());
    else return undefined;
  }
  if (body === undefined || !cursor.isAt(bytes.length)) return undefined;
  return { eventId, subscriberId, occurredAtMs, recordedAtMs, feed, utcOffsetMinutes, body };
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

function readCall(end: number): Call {
  const call: Writable<Call> = {
    type: 'call',
    direction: 'unspecified',
    otherParty: undefined,
    durationS: 0,
    billedDurationS: 0,
    chargeMinor: 0,
    scope: 'unspecified',
    result: 'unspecified',
    location: undefined,
    imeiHash: '',
    forwardedTo: undefined,
    inVpn: false,
    callReference: '',
    recordSequenceNumber: 0,
  };
  while (cursor.isBefore(end)) {
    const tag = cursor.varint();
    if (tag === 8) call.direction = cursor.member(DIRECTIONS);
    else if (tag === 18) call.otherParty = readParty(cursor.delimited());
    else if (tag === 24) call.durationS = cursor.uint32();
    else if (tag === 32) call.billedDurationS = cursor.uint32();
    else if (tag === 40) call.chargeMinor = cursor.varint();
    else if (tag === 48) call.scope = cursor.member(SCOPES);
    else if (tag === 56) call.result = cursor.member(RESULTS);
    else if (tag === 66) call.location = readLocation(cursor.delimited());
    else if (tag === 74) call.imeiHash = cursor.text();
    else if (tag === 82) call.forwardedTo = readParty(cursor.delimited());
    else if (tag === 88) call.inVpn = cursor.varint() !== 0;
    else if (tag === 98) call.callReference = cursor.text();
    else if (tag === 104) call.recordSequenceNumber = cursor.uint32();
    else cursor.giveUp();
  }
  cursor.expectAt(end);
  return call;
}

function readDataSession(end: number): DataSession {
  const session: Writable<DataSession> = {
    type: 'data_session',
    durationS: 0,
    upBytes: 0,
    downBytes: 0,
    access: 'unspecified',
    radioGeneration: 'unspecified',
    chargeMinor: 0,
    outOfBundleBytes: 0,
    outOfBundleChargeMinor: 0,
    meanKbps: 0,
    location: undefined,
    imeiHash: '',
    roaming: false,
    chargingId: '',
    recordSequenceNumber: 0,
  };
  while (cursor.isBefore(end)) {
    const tag = cursor.varint();
    if (tag === 8) session.durationS = cursor.uint32();
    else if (tag === 16) session.upBytes = cursor.varint();
    else if (tag === 24) session.downBytes = cursor.varint();
    else if (tag === 32) session.access = cursor.member(ACCESSES);
    else if (tag === 40) session.radioGeneration = cursor.member(GENERATIONS);
    else if (tag === 48) session.chargeMinor = cursor.varint();
    else if (tag === 56) session.outOfBundleBytes = cursor.varint();
    else if (tag === 64) session.outOfBundleChargeMinor = cursor.varint();
    else if (tag === 72) session.meanKbps = cursor.uint32();
    else if (tag === 82) session.location = readLocation(cursor.delimited());
    else if (tag === 90) session.imeiHash = cursor.text();
    else if (tag === 96) session.roaming = cursor.varint() !== 0;
    else if (tag === 106) session.chargingId = cursor.text();
    else if (tag === 112) session.recordSequenceNumber = cursor.uint32();
    else cursor.giveUp();
  }
  cursor.expectAt(end);
  return session;
}

function readMessage(end: number): Message {
  const message: Writable<Message> = {
    type: 'message',
    kind: 'unspecified',
    direction: 'unspecified',
    otherParty: undefined,
    chargeMinor: 0,
    location: undefined,
    imeiHash: '',
  };
  while (cursor.isBefore(end)) {
    const tag = cursor.varint();
    if (tag === 8) message.kind = cursor.member(MESSAGE_KINDS);
    else if (tag === 16) message.direction = cursor.member(DIRECTIONS);
    else if (tag === 26) message.otherParty = readParty(cursor.delimited());
    else if (tag === 32) message.chargeMinor = cursor.varint();
    else if (tag === 42) message.location = readLocation(cursor.delimited());
    else if (tag === 50) message.imeiHash = cursor.text();
    else cursor.giveUp();
  }
  cursor.expectAt(end);
  return message;
}

function readParty(end: number): OtherParty {
  const party: Writable<OtherParty> = { partyId: '', operatorCode: '', network: 'unspecified', kind: 'unspecified' };
  while (cursor.isBefore(end)) {
    const tag = cursor.varint();
    if (tag === 10) party.partyId = cursor.text();
    else if (tag === 18) party.operatorCode = cursor.text();
    else if (tag === 24) party.network = cursor.member(NETWORKS);
    else if (tag === 32) party.kind = cursor.member(PARTY_KINDS);
    else cursor.giveUp();
  }
  cursor.expectAt(end);
  return party;
}

function readLocation(end: number): CellLocation {
  const location: Writable<CellLocation> = { cellId: '', areaId: '', plmnId: '', roamingArea: '' };
  while (cursor.isBefore(end)) {
    const tag = cursor.varint();
    if (tag === 10) location.cellId = cursor.text();
    else if (tag === 18) location.areaId = cursor.text();
    else if (tag === 26) location.plmnId = cursor.text();
    else if (tag === 34) location.roamingArea = cursor.text();
    else cursor.giveUp();
  }
  cursor.expectAt(end);
  return location;
}
