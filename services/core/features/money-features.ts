import { ratio } from './feature.ts';
import type { Feature } from './feature.ts';
import { daysSince, perDayOf, previousOf, sumOf } from './feature-view.ts';
import type { FeatureView, WindowDays } from './feature-view.ts';
import type { BillState } from '../subscriber/subscriber-state.ts';

/** Spend, bills, balance and the rhythm of top-ups. Amounts are minor units. */
export const MONEY_FEATURES: readonly Feature[] = [
  spend(7),
  spend(28),
  {
    name: 'monthly_spend',
    unit: 'minor_units',
    windowDays: 90,
    source: 'bill, call, message, data_session',
    meaning: { en: 'mean monthly spend', zh: '月均消费' },
    valueOf: monthlySpendMinor,
  },
  {
    name: 'spend_change_28d',
    unit: 'ratio',
    windowDays: 56,
    source: 'call, message, data_session',
    meaning: { en: 'usage charges of the last 28 days against the 28 before', zh: '近28天使用费用与此前28天之比' },
    valueOf: (view) => ratio(sumOf(view, 'spendMinor', 28), previousOf(view, 'spendMinor', 28, 56)),
  },
  {
    name: 'out_of_bundle_share_28d',
    unit: 'ratio',
    windowDays: 28,
    source: 'call, message, data_session',
    meaning: { en: 'share of out-of-bundle data in the charges of 28 days', zh: '近28天套餐外流量费用占比' },
    valueOf: (view) => ratio(sumOf(view, 'outOfBundleMinor', 28), sumOf(view, 'spendMinor', 28)),
  },
  topUps(28),
  topUps(90),
  {
    name: 'top_up_sum_28d',
    unit: 'minor_units',
    windowDays: 28,
    source: 'top_up',
    meaning: { en: 'money topped up in the last 28 days', zh: '近28天充值金额' },
    valueOf: (view) => sumOf(view, 'topUpMinor', 28),
  },
  {
    name: 'top_up_per_day_90d',
    unit: 'minor_units',
    windowDays: 90,
    source: 'top_up',
    meaning: { en: 'money topped up per day over 90 days', zh: '近90天日均充值金额' },
    valueOf: (view) => perDayOf(view, 'topUpMinor', 90),
  },
  {
    name: 'days_since_top_up',
    unit: 'days',
    windowDays: undefined,
    source: 'top_up',
    meaning: { en: 'days since the last top-up', zh: '距最近一次充值天数' },
    valueOf: (view) => daysSince(view, 'topUp'),
  },
  {
    name: 'top_up_overdue_90d',
    unit: 'ratio',
    windowDays: 90,
    source: 'top_up',
    meaning: {
      en: 'days since the last top-up over the usual distance between top-ups',
      zh: '距最近充值天数与通常充值间隔之比',
    },
    valueOf: (view) =>
      ratio(daysSince(view, 'topUp'), ratio(Math.min(90, view.observedDays), sumOf(view, 'topUps', 90))),
  },
  {
    name: 'top_up_cycle_90d',
    unit: 'ratio',
    windowDays: 90,
    source: 'top_up, call, message, data_session, bill',
    meaning: { en: 'mean top-up over the mean monthly spend', zh: '充值周期（每次充值额与月均消费之比）' },
    valueOf: (view) => ratio(ratio(sumOf(view, 'topUpMinor', 90), sumOf(view, 'topUps', 90)), monthlySpendMinor(view)),
  },
  {
    name: 'balance',
    unit: 'minor_units',
    windowDays: undefined,
    source: 'balance_snapshot, top_up',
    meaning: { en: 'last known balance', zh: '最近一次账户余额' },
    valueOf: (view) => view.state.balanceMinor?.value ?? Number.NaN,
  },
  {
    name: 'revenue_reserve_months',
    unit: 'months',
    windowDays: 90,
    source: 'balance_snapshot, top_up, call, message, data_session, bill',
    meaning: { en: 'months of usual spend that the balance covers', zh: '收入储备率（余额与月均消费之比）' },
    valueOf: (view) => ratio(view.state.balanceMinor?.value ?? Number.NaN, monthlySpendMinor(view)),
  },
  {
    name: 'bill_change_1m',
    unit: 'ratio',
    windowDays: undefined,
    source: 'bill',
    meaning: { en: 'last bill against that of the month before', zh: '最近账单与上月账单之比' },
    valueOf: ({ state: { bills } }) => {
      const [last, previous] = latestMonths(bills);
      return ratio(last?.totalMinor ?? Number.NaN, previous?.totalMinor ?? Number.NaN);
    },
  },
  {
    name: 'bill_falling_2m',
    unit: 'flag',
    windowDays: undefined,
    source: 'bill',
    meaning: { en: 'bills fell two months running', zh: 'ARPU连续2个月下降' },
    valueOf: ({ state: { bills } }) => {
      const [last, previous, before] = latestMonths(bills);
      if (last === undefined || previous === undefined || before === undefined) return Number.NaN;
      return last.totalMinor < previous.totalMinor && previous.totalMinor < before.totalMinor ? 1 : 0;
    },
  },
  {
    name: 'bill_out_of_bundle_share_change_1m',
    unit: 'ratio',
    windowDays: undefined,
    source: 'bill',
    meaning: { en: 'rise of the out-of-bundle data share from bill to bill', zh: '套餐外流量费用占比的月度变化' },
    valueOf: ({ state: { bills } }) => {
      const [last, previous] = latestMonths(bills);
      return outOfBundleShare(last) - outOfBundleShare(previous);
    },
  },
];

/**
 * Mean monthly spend in minor units: of the last three bills where there are bills, else usage charges per observed
 * day of the last 90, times 30. NaN before the first observed day.
 */
function monthlySpendMinor(view: FeatureView): number {
  const bills = view.state.bills;
  if (bills.length > 0) {
    const last = bills.slice(-3);
    return last.reduce((sum, bill) => sum + bill.totalMinor, 0) / last.length;
  }
  return perDayOf(view, 'spendMinor', 90) * 30;
}

const NO_BILLS: readonly BillState[] = [];

/** The latest bill and those of the months right before it, latest first; undefined from the first missing month on. */
function latestMonths(bills: readonly BillState[]): readonly (BillState | undefined)[] {
  const last = bills.at(-1);
  if (last === undefined) return NO_BILLS;
  const previous = bills.find((bill) => bill.month === monthBefore(last.month));
  const before = previous && bills.find((bill) => bill.month === monthBefore(previous.month));
  return [last, previous, before];
}

/** Months are year × 100 + month. */
function monthBefore(month: number): number {
  return month % 100 === 1 ? month - 89 : month - 1;
}

function outOfBundleShare(
  bill: { readonly totalMinor: number; readonly outOfBundleDataMinor: number } | undefined,
): number {
  return bill === undefined ? Number.NaN : ratio(bill.outOfBundleDataMinor, bill.totalMinor);
}

function spend(window: WindowDays): Feature {
  return {
    name: `spend_${window}d`,
    unit: 'minor_units',
    windowDays: window,
    source: 'call, message, data_session',
    meaning: { en: `usage charges in the last ${window} days`, zh: `近${window}天使用费用` },
    valueOf: (view) => sumOf(view, 'spendMinor', window),
  };
}

function topUps(window: WindowDays): Feature {
  return {
    name: `top_ups_${window}d`,
    unit: 'count',
    windowDays: window,
    source: 'top_up',
    meaning: { en: `top-ups in the last ${window} days`, zh: `近${window}天充值次数` },
    valueOf: (view) => sumOf(view, 'topUps', window),
  };
}
