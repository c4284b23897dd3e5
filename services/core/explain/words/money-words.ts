import { formatValue } from '../format-value.ts';
import { changing, shareChanging } from './change-words.ts';
import { toneAgainst, type Fact, type FeatureWords, type Text, type WordsTable } from './fact.ts';
import { counting, inWindow, measuring } from './level-words.ts';
import { perDay } from './rate-words.ts';
import { sharing } from './share-words.ts';
import { stretch } from './stretch.ts';
import { SINCE_TOP_UP, TOP_UP_CYCLE, TOP_UP_OVERDUE } from './top-up-words.ts';

const spent = measuring(
  {
    label: { en: 'Usage charges', zh: '使用费用' },
    did: 'Spent',
    does: 'spends',
    doesNone: 'spends nothing',
    zh: '话费支出',
    more: 'staying',
  },
  {
    unit: 'minor_units',
    of: 'on calls, messages and data',
    none: 'Spent nothing on calls, messages and data',
  },
);
const topUps = counting(
  { label: { en: 'Top-ups', zh: '充值次数' }, did: 'Made', does: 'makes', zh: '充值', more: 'staying' },
  { one: 'top-up', many: 'top-ups', measure: '次' },
);
const toppedUp = measuring(
  {
    label: { en: 'Money topped up', zh: '充值金额' },
    did: 'Topped up',
    does: 'tops up',
    doesNone: 'tops up nothing',
    zh: '充值',
    more: 'staying',
  },
  { unit: 'minor_units', of: '', none: 'Topped up nothing' },
);

/** "The last known balance is 1.20, enough for about 12 days; a typical customer has 5.52". */
const BALANCE: FeatureWords = {
  label: { en: 'Last known balance', zh: '最近一次账户余额' },
  say({ value, typical, peer }) {
    if (Number.isNaN(value)) return { en: 'No balance is on record', zh: '没有余额记录', tone: undefined };
    const found = formatValue(value, 'minor_units');
    const months = peer('revenue_reserve_months');
    const lasting = value > 0 && months > 0 ? stretch(months) : undefined;
    const enough = lasting === undefined ? NOTHING : { en: `, enough for ${lasting.en}`, zh: `，${lasting.enoughZh}` };
    const fact = {
      en: `The last known balance is ${found.en}${enough.en}`,
      zh: `最近一次余额为${found.zh}${enough.zh}`,
    };
    if (typical === undefined) return { ...fact, tone: undefined };
    const usual = formatValue(typical, 'minor_units');
    return usual.en === found.en
      ? { en: `${fact.en}, like a typical customer's`, zh: `${fact.zh}，与一般客户相当`, tone: undefined }
      : {
          en: `${fact.en}; a typical customer has ${usual.en}`,
          zh: `${fact.zh}，一般客户为${usual.zh}`,
          tone: toneAgainst(value, typical, 'staying'),
        };
  },
};

/** "The balance covers about 12 days of usual spend; a typical customer's covers about 2 months". */
const RESERVE: FeatureWords = {
  label: { en: 'Usual spend that the balance covers', zh: '余额可用时间' },
  stand: stretch,
  say({ value, typical, peer }): Fact {
    if (Number.isNaN(value)) {
      const balance = peer('balance');
      return Number.isNaN(balance)
        ? { en: 'No balance is on record', zh: '没有余额记录', tone: undefined }
        : {
            en: `The last known balance is ${formatValue(balance, 'minor_units').en}, with no spending to hold it against`,
            zh: `最近一次余额为${formatValue(balance, 'minor_units').zh}，没有可比的消费`,
            tone: undefined,
          };
    }
    if (value <= 0) {
      return value === 0
        ? { en: 'The balance is used up', zh: '余额已用完', tone: 'leaving' }
        : { en: 'The balance is below zero', zh: '余额为负', tone: 'leaving' };
    }
    const found = stretch(value);
    const fact = { en: `The balance covers ${found.en} of usual spend`, zh: `余额${found.enoughZh}的日常消费` };
    if (typical === undefined) return { ...fact, tone: undefined };
    const usual = stretch(typical);
    return usual.en === found.en
      ? { en: `${fact.en}, like a typical customer's`, zh: `${fact.zh}，与一般客户相当`, tone: undefined }
      : {
          en: `${fact.en}; a typical customer's covers ${usual.en}`,
          zh: `${fact.zh}，一般客户${usual.enoughZh}`,
          tone: toneAgainst(value, typical, 'staying'),
        };
  },
};

/** "Spends 3.10 a month; a typical customer spends 5.20". */
const MONTHLY_SPEND: FeatureWords = {
  say({ value, typical }) {
    if (Number.isNaN(value)) return { en: 'The monthly spend is not known', zh: '月均消费未知', tone: undefined };
    const found = formatValue(value, 'minor_units');
    const fact =
      value === 0
        ? { en: 'Spends nothing from month to month', zh: '每月没有消费' }
        : { en: `Spends ${found.en} in a usual month`, zh: `月均消费为${found.zh}` };
    if (typical === undefined) return { ...fact, tone: undefined };
    const usual = formatValue(typical, 'minor_units');
    return usual.en === found.en
      ? { en: `${fact.en}, like a typical customer`, zh: `${fact.zh}，与一般客户相当`, tone: undefined }
      : {
          en: `${fact.en}; a typical customer spends ${usual.en}`,
          zh: `${fact.zh}，一般客户为${usual.zh}`,
          tone: toneAgainst(value, typical, 'staying'),
        };
  },
};

const BILLS_FALLING: FeatureWords = {
  say({ value }) {
    if (Number.isNaN(value)) {
      return {
        en: 'Too few bills are on record to see where they go',
        zh: '账单记录不足，看不出走势',
        tone: undefined,
      };
    }
    return value > 0
      ? { en: 'Bills fell two months running', zh: '账单连续两个月下降', tone: 'leaving' }
      : { en: 'Bills did not fall two months running', zh: '账单没有连续两个月下降', tone: 'staying' };
  },
};

const LAST_BILL = {
  when: { en: 'on the last bill', zh: '最近账单' },
  before: { en: 'the bill of the month before', zh: '上月账单' },
};

/** Spend, bills, balance and top-ups. Amounts carry no currency: the input has none. */
export const MONEY_WORDS: WordsTable = {
  spend_7d: inWindow(spent, 7),
  spend_28d: inWindow(spent, 28),
  monthly_spend: MONTHLY_SPEND,
  spend_change_28d: changing({
    what: { en: 'usage charges', zh: '使用费用' },
    stopped: 'Nothing was charged for use',
    when: { en: 'in the last 28 days', zh: '近28天' },
    before: { en: 'the 28 days before', zh: '此前28天' },
    needsDays: 56,
    recent: { of: ({ peer }) => peer('spend_28d'), say: (value) => formatValue(value, 'minor_units') },
    more: 'staying',
  }),
  out_of_bundle_share_28d: sharing({
    of: 'usage charges of the last 28 days',
    did: 'were for data outside the bundle',
    zh: '近28天使用费用中套餐外流量占比',
    nothing: { en: 'Had no usage charges in the last 28 days', zh: '近28天没有使用费用', tone: 'leaving' },
    more: 'leaving',
  }),
  top_ups_28d: inWindow(topUps, 28),
  top_ups_90d: inWindow(topUps, 90),
  top_up_sum_28d: inWindow(toppedUp, 28),
  top_up_per_day_90d: perDay(toppedUp, 90, Infinity),
  days_since_top_up: SINCE_TOP_UP,
  top_up_overdue_90d: TOP_UP_OVERDUE,
  top_up_cycle_90d: TOP_UP_CYCLE,
  balance: BALANCE,
  revenue_reserve_months: RESERVE,
  bill_change_1m: changing({
    what: { en: 'charges', zh: '金额' },
    stopped: 'There were no charges',
    ...LAST_BILL,
    more: undefined,
  }),
  bill_falling_2m: BILLS_FALLING,
  bill_out_of_bundle_share_change_1m: shareChanging({
    what: { en: 'the share of data outside the bundle', zh: '套餐外流量占比' },
    ...LAST_BILL,
    more: 'leaving',
  }),
};

const NOTHING: Text = { en: '', zh: '' };
