import type { BalanceSnapshot, Bill } from '../../core/events/account.ts';
import { DAY_MS } from '../calendar.ts';
import type { LocalDay } from '../calendar.ts';
import { chance, integerBetween } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import type { SubscriberState } from './subscriber-state.ts';

const LATE_PAYERS_SHARE = 0.05;
const VALUE_ADDED_SHARE = 0.15;
const VALUE_ADDED_MINOR = 500;
const DAYS_UNTIL_DUE = 15;

/** Last month's bill; its payment follows by itself. The first bill covers what was used since the simulation began. */
export function billAt(random: Random, state: SubscriberState, day: LocalDay, atMs: number): Bill {
  const { subscriber, lastMonth, plan } = state;
  const { contract } = subscriber;
  const isBound =
    contract !== undefined && atMs >= contract.startsAtMs && (atMs < contract.endsAtMs || contract.renewsAtEnd);
  const discountMinor = isBound ? contract.discountMinor : 0;
  const valueAddedMinor = subscriber.index % 100 < VALUE_ADDED_SHARE * 100 ? VALUE_ADDED_MINOR : 0;
  const totalMinor =
    plan.monthlyFeeMinor +
    lastMonth.voiceMinor +
    lastMonth.messageMinor +
    lastMonth.dataMinor +
    valueAddedMinor -
    discountMinor;
  schedulePayment(random, state, day, totalMinor);
  return {
    type: 'bill',
    month: lastMonth.month,
    totalMinor,
    rentalMinor: plan.monthlyFeeMinor,
    voiceMinor: lastMonth.voiceMinor,
    messageMinor: lastMonth.messageMinor,
    dataMinor: lastMonth.dataMinor,
    outOfBundleDataMinor: lastMonth.dataMinor,
    valueAddedMinor,
    providerMinor: 0,
    groupProductMinor: 0,
    giftCreditMinor: 0,
    discountMinor,
    minutes: Math.ceil(lastMonth.seconds / 60),
    bytes: lastMonth.bytes,
    deliveredAtMs: atMs,
    disputed: chance(random, 0.003),
  };
}

function schedulePayment(random: Random, state: SubscriberState, day: LocalDay, dueMinor: number): void {
  const overdueDays = chance(random, LATE_PAYERS_SHARE) ? integerBetween(random, 1, 12) : 0;
  const paidAfterDays = overdueDays > 0 ? DAYS_UNTIL_DUE + overdueDays : integerBetween(random, 2, DAYS_UNTIL_DUE);
  state.upcoming.push({
    atMs: day.startMs + paidAfterDays * DAY_MS + integerBetween(random, 8 * 3_600_000, 22 * 3_600_000),
    feed: 'account',
    body: {
      type: 'payment',
      paidMinor: dueMinor,
      dueMinor,
      overdueDays,
      lateFeeMinor: overdueDays > 0 ? Math.round(dueMinor * 0.003 * overdueDays) : 0,
      waivedMinor: 0,
      writtenOffMinor: 0,
      paymentWay: chance(random, 0.6) ? 'wallet' : 'direct_debit',
    },
  });
}

export function balanceOf(state: SubscriberState): BalanceSnapshot {
  return { type: 'balance_snapshot', balanceMinor: state.balanceMinor };
}
