import type { EventBody } from './subscriber-event.ts';

const MAX_SECONDS = 31 * 86_400;
const MAX_MINOR = 1e12;
/** A day of the busiest subscriber stays within what a state can hold exactly. */
const MAX_BYTES = 1e12;
/** 0 stands for not stated; no contract reaches beyond 2100. */
const LATEST_MS = Date.UTC(2100, 0, 1);
const MAX_COUNT = 1e6;

/** The first field that no real event could hold. */
export function fieldOutOfRange(body: EventBody): string | undefined {
  return usageFieldOutOfRange(body) ?? careFieldOutOfRange(body) ?? accountFieldOutOfRange(body);
}

function usageFieldOutOfRange(body: EventBody): string | undefined {
  switch (body.type) {
    case 'call':
      if (body.direction === 'unspecified') return 'direction';
      if (!isWithin(body.durationS, 0, MAX_SECONDS)) return 'duration_s';
      return isMoney(body.chargeMinor) ? undefined : 'charge_minor';
    case 'message':
      if (body.direction === 'unspecified') return 'direction';
      return isMoney(body.chargeMinor) ? undefined : 'charge_minor';
    case 'data_session':
      if (!isWithin(body.durationS, 0, MAX_SECONDS)) return 'duration_s';
      if (!isWithin(body.upBytes, 0, MAX_BYTES)) return 'up_bytes';
      if (!isWithin(body.downBytes, 0, MAX_BYTES)) return 'down_bytes';
      if (!isMoney(body.chargeMinor)) return 'charge_minor';
      return isMoney(body.outOfBundleChargeMinor) ? undefined : 'out_of_bundle_charge_minor';
    case 'top_up':
      if (!isMoney(body.amountMinor)) return 'amount_minor';
      return isMoney(body.balanceAfterMinor ?? 0) ? undefined : 'balance_after_minor';
    default:
      return undefined;
  }
}

function careFieldOutOfRange(body: EventBody): string | undefined {
  switch (body.type) {
    case 'complaint':
      if (!isInstant(body.closedAtMs)) return 'closed_at_ms';
      return isInstant(body.openedAtMs) ? undefined : 'opened_at_ms';
    case 'fault':
      if (!isInstant(body.repairedAtMs)) return 'repaired_at_ms';
      return isInstant(body.reportedAtMs) ? undefined : 'reported_at_ms';
    case 'agent_contact':
      if (!isWithin(body.waitS, 0, MAX_SECONDS)) return 'wait_s';
      return isWithin(body.handleS, 0, MAX_SECONDS) ? undefined : 'handle_s';
    case 'survey':
      return isWithin(body.score ?? 0, 0, 10) ? undefined : 'score';
    case 'app_activity':
      return isWithin(body.count, 0, MAX_COUNT) ? undefined : 'count';
    case 'social_mention':
      return isWithin(body.sentiment, -1, 1) ? undefined : 'sentiment';
    default:
      return undefined;
  }
}

function accountFieldOutOfRange(body: EventBody): string | undefined {
  switch (body.type) {
    case 'contract_start':
      if (!isInstant(body.startsAtMs)) return 'starts_at_ms';
      return isInstant(body.endsAtMs) ? undefined : 'ends_at_ms';
    case 'activation':
      return isInstant(body.transactionAtMs) ? undefined : 'transaction_at_ms';
    case 'balance_snapshot':
      return isMoney(body.balanceMinor) ? undefined : 'balance_minor';
    case 'bill':
      if (!isWithin(body.month, 199_001, 999_912)) return 'month';
      if (!isMoney(body.totalMinor)) return 'total_minor';
      return isMoney(body.outOfBundleDataMinor) ? undefined : 'out_of_bundle_data_minor';
    case 'commission_settlement':
      return isWithin(body.share, 0, 1) ? undefined : 'share';
    case 'profile':
      if (!isInstant(body.activatedAtMs ?? 0)) return 'activated_at_ms';
      return isWithin(body.birthYear ?? 1_900, 1_880, 9_999) ? undefined : 'birth_year';
    default:
      return undefined;
  }
}

function isInstant(instantMs: number): boolean {
  return isWithin(instantMs, 0, LATEST_MS);
}

/**
 * Below zero as well, in each field: a top-up is reversed, a charge and its part are credited, a balance is a debt, a bill and
 * its part a credit note. The contract says so, and months of real prepaid customers hold reversals and credits; parked, what
 * was taken back would count as spent. So it is the size alone that tells what no real event could hold.
 */
function isMoney(minor: number): boolean {
  return isWithin(minor, -MAX_MINOR, MAX_MINOR);
}

/** NaN is inside nothing. */
function isWithin(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}
