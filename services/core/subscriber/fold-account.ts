import type { Bill, Profile } from '../events/account.ts';
import type { EventBody } from '../events/subscriber-event.ts';
import { COUNTER, addToTile } from './day-tile.ts';
import type { DayTile } from './day-tile.ts';
import { setLatest, touch } from './latest.ts';
import type { SubscriberState } from './subscriber-state.ts';

/** Months of bills kept: three to compare, and one that may still be corrected. */
const MAX_BILLS = 4;

export function foldAccount(state: SubscriberState, tile: DayTile, body: EventBody, atMs: number): void {
  switch (body.type) {
    case 'activation':
      state.activatedAtMs = setLatest(
        state.activatedAtMs,
        body.transactionAtMs > 0 ? body.transactionAtMs : atMs,
        atMs,
      );
      if (body.paymentType !== 'unspecified') state.paymentType = setLatest(state.paymentType, body.paymentType, atMs);
      state.closed = setLatest(state.closed, false, atMs);
      return;
    case 'reactivation':
      state.closed = setLatest(state.closed, false, atMs);
      return;
    case 'contract_start':
      state.contract = setLatest(
        state.contract,
        body.endsAtMs > 0 ? { endsAtMs: body.endsAtMs, binding: body.binding } : undefined,
        atMs,
      );
      return;
    case 'contract_end':
      state.contract = setLatest(state.contract, { endsAtMs: atMs, binding: false }, atMs);
      return;
    case 'profile':
      foldProfile(state, body, atMs);
      return;
    case 'status_change':
      if (body.newStatus !== 'unspecified') state.closed = setLatest(state.closed, body.newStatus === 'closed', atMs);
      return;
    case 'bill':
      foldBill(state, body);
      return;
    case 'balance_snapshot':
      state.balanceMinor = setLatest(state.balanceMinor, body.balanceMinor, atMs);
      return;
    case 'port_out':
      if (body.step === 'requested') addToTile(tile, COUNTER.portOutEnquiries, 1);
      else if (body.step !== 'cancelled') state.closed = setLatest(state.closed, true, atMs);
      return;
    case 'deactivation':
      state.closed = setLatest(state.closed, true, atMs);
      return;
    case 'consent':
      if (body.channel === 'unspecified') {
        state.marketingAllowed = setLatest(state.marketingAllowed, body.marketingAllowed, atMs);
      }
      return;
    case 'plan_change':
    case 'service_change':
    case 'membership_change':
    case 'closure_request':
      addToTile(tile, COUNTER.accountChanges, 1);
      touch(state, 'accountChange', atMs);
      return;
    default:
  }
}

function foldProfile(state: SubscriberState, profile: Profile, atMs: number): void {
  if (profile.activatedAtMs !== undefined) {
    state.activatedAtMs = setLatest(state.activatedAtMs, profile.activatedAtMs, atMs);
  }
  if (profile.paymentType !== undefined) state.paymentType = setLatest(state.paymentType, profile.paymentType, atMs);
  if (profile.customerType !== undefined) {
    state.customerType = setLatest(state.customerType, profile.customerType, atMs);
  }
  if (profile.birthYear !== undefined) state.birthYear = setLatest(state.birthYear, profile.birthYear, atMs);
}

/** A month billed twice is a correction: the one later in the log holds. */
function foldBill(state: SubscriberState, bill: Bill): void {
  const { month, totalMinor } = bill;
  const bills = state.bills.filter((known) => known.month !== month);
  bills.push({ month, totalMinor, outOfBundleDataMinor: bill.outOfBundleDataMinor });
  bills.sort((a, b) => a.month - b.month);
  state.bills = bills.slice(-MAX_BILLS);
}
