import type { AccountBody } from '../../core/events/account.ts';
import { DAY_MS, HOUR_MS } from '../calendar.ts';
import type { Period } from '../churn/period.ts';
import type { ScheduledBody } from '../feeds.ts';
import type { Subscriber } from '../population/subscriber.ts';
import { chance, integerBetween } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';

const RENEWED_MONTHS = 12;
const OPTED_OUT_SHARE = 0.04;
const COMMISSIONS = 3;

/**
 * What the account system says of a subscriber that is not a matter of use: who they are (within the first two hours of the period,
 * or at activation for newcomers), their device and contract, and what becomes of the contract.
 */
export function openingBodies(random: Random, subscriber: Subscriber, period: Period): readonly ScheduledBody[] {
  const { activatedAtMs, contract } = subscriber;
  const isNewcomer = activatedAtMs >= period.startMs;
  const firstAtMs = isNewcomer ? activatedAtMs : period.startMs + integerBetween(random, 0, 2 * HOUR_MS - 60_000);
  const bodies: AccountBody[] = [
    ...(isNewcomer ? [activationOf(subscriber)] : []),
    profileOf(subscriber),
    deviceChangeOf(subscriber),
    ...(subscriber.groupId === '' ? [] : [membershipOf(subscriber)]),
    ...(chance(random, OPTED_OUT_SHARE)
      ? [{ type: 'consent', marketingAllowed: false, channel: 'unspecified' } as const]
      : []),
    ...(contract === undefined ? [] : [{ type: 'contract_start', ...termsOf(contract), renewal: false } as const]),
  ];
  return [
    ...bodies.map((body, place) => account(firstAtMs + place * 1_000, body)),
    ...contractEndOf(subscriber, firstAtMs),
    ...(isNewcomer ? commissionsOf(subscriber) : []),
  ];
}

function account(atMs: number, body: AccountBody): ScheduledBody {
  return { atMs, feed: 'account', body };
}

function activationOf({ channel, plan, activatedAtMs, index }: Subscriber): AccountBody {
  return {
    type: 'activation',
    channelId: channel.channelId,
    channel: channel.channel,
    planId: plan.planId,
    transactionAtMs: activatedAtMs,
    entryOfferId: 'entry-offer-1',
    simId: `sim-${index}`,
    paymentType: plan.paymentType,
  };
}

function profileOf(subscriber: Subscriber): AccountBody {
  const { plan, person, places } = subscriber;
  return {
    type: 'profile',
    customerId: subscriber.customerId,
    activatedAtMs: subscriber.activatedAtMs,
    paymentType: plan.paymentType,
    customerType: subscriber.customerType,
    service: 'voice',
    planId: plan.planId,
    branchId: places.branchId,
    channelId: subscriber.channel.channelId,
    creditClass: person.creditClass,
    birthYear: person.birthYear,
    sex: person.sex,
    minimumSpendMinor: plan.monthlyFeeMinor,
    callerDisplay: plan.paymentType === 'postpaid',
    fused: false,
    areaId: places.areaId,
  };
}

function deviceChangeOf({ device }: Subscriber): AccountBody {
  const { imeiHash, typeCode, model, dualSim } = device;
  return { type: 'device_change', imeiHash, typeCode, model, dualSim };
}

function membershipOf({ groupId, customerType }: Subscriber): AccountBody {
  const kind = customerType === 'family' ? 'family' : 'vpn';
  return { type: 'membership_change', groupId, kind, role: 'member', joined: true };
}

function termsOf(contract: NonNullable<Subscriber['contract']>): {
  readonly contractId: string;
  readonly campaignId: string;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly binding: boolean;
} {
  const { contractId, campaignId, startsAtMs, endsAtMs } = contract;
  return { contractId, campaignId, startsAtMs, endsAtMs, binding: true };
}

function contractEndOf({ contract }: Subscriber, firstAtMs: number): readonly ScheduledBody[] {
  if (contract === undefined || contract.endsAtMs < firstAtMs) return [];
  const ended = account(contract.endsAtMs, { type: 'contract_end', contractId: contract.contractId, early: false });
  if (!contract.renewsAtEnd) return [ended];
  const renewed = account(contract.endsAtMs + 1_000, {
    type: 'contract_start',
    ...termsOf(contract),
    contractId: `${contract.contractId}-2`,
    startsAtMs: contract.endsAtMs,
    endsAtMs: contract.endsAtMs + RENEWED_MONTHS * 30 * DAY_MS,
    renewal: true,
  });
  return [ended, renewed];
}

/** Dealers are paid for a new number in three payments, month by month. */
function commissionsOf({ channel, activatedAtMs }: Subscriber): readonly ScheduledBody[] {
  if (channel.channel !== 'social' && channel.channel !== 'direct_card_supply') return [];
  const gift = account(activatedAtMs + 10_000, {
    type: 'promotion_grant',
    campaignId: 'entry-offer-1',
    costMinor: 500,
    giftValueMinor: 1_000,
    points: 0,
    pointsCostMinor: 0,
    simFeeMinor: 0,
    simCostMinor: 800,
  });
  const payments = Array.from({ length: COMMISSIONS }, (_, place) => {
    const periodStartsAtMs = activatedAtMs + place * 30 * DAY_MS;
    return account(periodStartsAtMs + 20 * DAY_MS, {
      type: 'commission_settlement',
      channelId: channel.channelId,
      model: 'fixed',
      paymentNo: place + 1,
      periodStartsAtMs,
      periodEndsAtMs: periodStartsAtMs + 30 * DAY_MS,
      share: 0,
      amountMinor: 1_500,
    });
  });
  return [gift, ...payments];
}
