import type { Feature } from './feature.ts';
import { sumOf } from './feature-view.ts';

/** Tenure, contract and kind of subscription. */
export const ACCOUNT_FEATURES: readonly Feature[] = [
  {
    name: 'tenure_days',
    unit: 'days',
    windowDays: undefined,
    source: 'activation, profile',
    meaning: { en: 'days since activation', zh: '在网天数' },
    valueOf: ({ state, asOfDay, calendar }) =>
      state.activatedAtMs === undefined ? Number.NaN : asOfDay - calendar.dayOf(state.activatedAtMs.value),
  },
  {
    name: 'observed_days',
    unit: 'days',
    windowDays: 90,
    source: 'any',
    meaning: { en: 'days since the first event seen (90 at most)', zh: '有记录以来的天数（最多计90天）' },
    valueOf: ({ observedDays }) => Math.min(observedDays, 90),
  },
  {
    name: 'contract_days_left',
    unit: 'days',
    windowDays: undefined,
    source: 'contract_start, contract_end',
    meaning: { en: 'days until the contract ends (negative after)', zh: '距合约到期天数（到期后为负）' },
    valueOf: ({ state: { contract }, asOfDay, calendar }) =>
      contract?.value === undefined ? Number.NaN : calendar.dayOf(contract.value.endsAtMs) - asOfDay,
  },
  {
    name: 'account_changes_30d',
    unit: 'count',
    windowDays: 30,
    source: 'plan_change, service_change, membership_change, closure_request',
    meaning: { en: 'changes of plan and services in the last 30 days', zh: '近30天业务变更次数' },
    valueOf: (view) => sumOf(view, 'accountChanges', 30),
  },
  {
    name: 'is_postpaid',
    unit: 'flag',
    windowDays: undefined,
    source: 'activation, profile',
    meaning: { en: 'pays after use', zh: '后付费' },
    valueOf: ({ state: { paymentType } }) =>
      paymentType === undefined || paymentType.value === 'unspecified'
        ? Number.NaN
        : paymentType.value === 'postpaid'
          ? 1
          : 0,
  },
];
