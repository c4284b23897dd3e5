import type { OtherParty } from '../events/common.ts';
import type { EventBody } from '../events/subscriber-event.ts';
import type { Call, DataSession, Message, TopUp } from '../events/usage.ts';
import { hash32 } from '../encoding/hash.ts';
import { COUNTER, addToTile } from './day-tile.ts';
import type { DayTile } from './day-tile.ts';
import { meet, setLatest, touch } from './latest.ts';
import type { SubscriberState } from './subscriber-state.ts';

export function foldUsage(state: SubscriberState, tile: DayTile, body: EventBody, atMs: number): void {
  switch (body.type) {
    case 'call':
      foldCall(state, tile, body, atMs);
      return;
    case 'message':
      foldMessage(state, tile, body, atMs);
      return;
    case 'data_session':
      foldDataSession(state, tile, body, atMs);
      return;
    case 'top_up':
      foldTopUp(state, tile, body, atMs);
      return;
    default:
  }
}

function foldCall(state: SubscriberState, tile: DayTile, call: Call, atMs: number): void {
  addToTile(tile, COUNTER.spendMinor, call.chargeMinor);
  if (call.direction === 'forwarded') {
    if (call.forwardedTo?.network === 'off_net') addToTile(tile, COUNTER.rivalForwards, 1);
    return;
  }
  // Slices of one call add their seconds and charges; the call itself counts with its first slice.
  const calls = call.recordSequenceNumber <= 1 ? 1 : 0;
  if (call.result === 'failed' || call.result === 'dropped') addToTile(tile, COUNTER.failedCalls, calls);
  if (call.result === 'failed') return;

  meetParty(state, call.otherParty, tile.day);
  if (call.direction === 'mobile_terminated') {
    addToTile(tile, COUNTER.mtCalls, calls);
    addToTile(tile, COUNTER.mtSeconds, call.durationS);
    touch(state, 'mtCall', atMs);
    return;
  }
  addToTile(tile, COUNTER.moCalls, calls);
  addToTile(tile, COUNTER.moSeconds, call.durationS);
  touch(state, 'moCall', atMs);
  const network = call.scope === 'international' ? 'international' : call.otherParty?.network;
  if (network === 'on_net') {
    addToTile(tile, COUNTER.moOnNetCalls, calls);
    addToTile(tile, COUNTER.moOnNetSeconds, call.durationS);
  } else if (network === 'off_net') {
    addToTile(tile, COUNTER.moOffNetCalls, calls);
    addToTile(tile, COUNTER.moOffNetSeconds, call.durationS);
  } else if (network === 'international') {
    addToTile(tile, COUNTER.moInternationalCalls, calls);
    addToTile(tile, COUNTER.moInternationalSeconds, call.durationS);
  }
  if (call.otherParty?.kind === 'rival_hotline') {
    addToTile(tile, COUNTER.rivalContacts, calls);
    touch(state, 'rivalContact', atMs);
  }
}

function foldMessage(state: SubscriberState, tile: DayTile, message: Message, atMs: number): void {
  addToTile(tile, COUNTER.spendMinor, message.chargeMinor);
  meetParty(state, message.otherParty, tile.day);
  if (message.direction === 'mobile_originated') {
    addToTile(tile, COUNTER.moMessages, 1);
    if (message.otherParty?.network === 'off_net') addToTile(tile, COUNTER.moOffNetMessages, 1);
    touch(state, 'moMessage', atMs);
  } else {
    addToTile(tile, COUNTER.mtMessages, 1);
    touch(state, 'mtMessage', atMs);
  }
}

function foldDataSession(state: SubscriberState, tile: DayTile, session: DataSession, atMs: number): void {
  addToTile(tile, COUNTER.spendMinor, session.chargeMinor);
  addToTile(tile, COUNTER.outOfBundleMinor, session.outOfBundleChargeMinor);
  addToTile(tile, COUNTER.dataSessions, session.recordSequenceNumber <= 1 ? 1 : 0);
  addToTile(tile, COUNTER.dataBytes, session.upBytes + session.downBytes);
  touch(state, 'data', atMs);
}

function foldTopUp(state: SubscriberState, tile: DayTile, topUp: TopUp, atMs: number): void {
  addToTile(tile, COUNTER.topUpMinor, topUp.amountMinor);
  // One of nothing, such as a voucher for a bundle, is still a visit to the till; a reversal is none.
  if (topUp.amountMinor >= 0) {
    addToTile(tile, COUNTER.topUps, 1);
    touch(state, 'topUp', atMs);
  }
  if (topUp.balanceAfterMinor !== undefined) {
    state.balanceMinor = setLatest(state.balanceMinor, topUp.balanceAfterMinor, atMs);
  }
}

function meetParty(state: SubscriberState, party: OtherParty | undefined, day: number): void {
  if (party === undefined || party.partyId === '') return;
  if (party.kind !== 'person' && party.kind !== 'unspecified') return;
  meet(state, hash32(party.partyId), day);
}
