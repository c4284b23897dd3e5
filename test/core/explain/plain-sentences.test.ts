import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { reasonSentence } from '../../../services/core/explain/reason-sentence.ts';
import { featureIndex } from '../../../services/core/features/registry.ts';
import type { Reason } from '../../../services/core/risk/risk.ts';
import { vectorWith } from '../../support/told-features.ts';

interface Case {
  readonly feature: string;
  readonly values: Readonly<Record<string, number>>;
  readonly typical?: number;
  readonly direction: Reason['direction'];
  readonly en: string;
  readonly zh: string;
}

const CASES: readonly Case[] = [
  {
    feature: 'longest_gap_days_28d',
    values: { longest_gap_days_28d: 0 },
    typical: 4,
    direction: 'lowers',
    en: 'Used the phone on every one of the last 28 days; a typical customer goes up to 4 days without.',
    zh: '近28天每天都有主动使用，一般客户最长4天未使用。',
  },
  {
    feature: 'longest_gap_days_28d',
    values: { longest_gap_days_28d: 9 },
    typical: 4,
    direction: 'raises',
    en: 'Went up to 9 days without using the phone in the last 28 days; a typical customer goes up to 4 days without.',
    zh: '近28天中最长连续9天没有主动使用，一般客户最长4天未使用。',
  },
  {
    feature: 'longest_gap_days_90d',
    values: { longest_gap_days_90d: 2 },
    typical: 0,
    direction: 'raises',
    en: 'Went up to 2 days without using the phone in the last 90 days; a typical customer uses it every day.',
    zh: '近90天中最长连续2天没有主动使用，一般客户每天都用。',
  },
  {
    feature: 'active_days_28d',
    values: { active_days_28d: 12 / 28, observed_days: 90 },
    typical: 0.5,
    direction: 'lowers',
    en: 'Used the phone on 12 of the last 28 days. For this customer, that speaks for staying.',
    zh: '近28天中有12天有主动使用。就该客户而言，这有利于留网。',
  },
  {
    feature: 'mo_calls_28d',
    values: { mo_calls_28d: 0 },
    typical: 13,
    direction: 'lowers',
    en: 'Made no outgoing calls in the last 28 days. For this customer, that speaks for staying.',
    zh: '近28天没有主叫。就该客户而言，这有利于留网。',
  },
  {
    feature: 'complaints_90d',
    values: { complaints_90d: 0 },
    direction: 'lowers',
    en: 'Made no complaints in the last 90 days.',
    zh: '近90天没有投诉。',
  },
  {
    feature: 'mo_messages_per_day_90d',
    values: { mo_messages_per_day_90d: 2 / 71, observed_days: 71 },
    typical: 4 / 7,
    direction: 'raises',
    en: 'Sent 2 messages in the last 71 days; a typical customer sends 41.',
    zh: '近71天发送短信2条，一般客户约41条。',
  },
  {
    feature: 'mo_calls_per_day_90d',
    values: { mo_calls_per_day_90d: 0.4, observed_days: 5 },
    typical: 0.2,
    direction: 'lowers',
    en: 'Made 2 outgoing calls in the last 5 days; a typical customer makes 1.',
    zh: '近5天主叫2次，一般客户约1次。',
  },
  {
    feature: 'mo_calls_per_day_90d',
    values: { mo_calls_per_day_90d: 2, observed_days: 90 },
    typical: 4 / 7,
    direction: 'lowers',
    en: 'Made about 14 outgoing calls a week over the last 90 days; a typical customer makes 4 a week.',
    zh: '近90天平均每周主叫约14次，一般客户每周约4次。',
  },
  {
    feature: 'mo_calls_per_day_90d',
    values: { mo_calls_per_day_90d: 3, observed_days: 90 },
    typical: 1 / 300,
    direction: 'lowers',
    en: 'Made about 21 outgoing calls a week over the last 90 days; a typical customer makes under 0.1 a week.',
    zh: '近90天平均每周主叫约21次，一般客户每周不到0.1次。',
  },
  {
    feature: 'data_bytes_per_day_90d',
    values: { data_bytes_per_day_90d: 2500000, observed_days: 90 },
    typical: 1000000,
    direction: 'lowers',
    en: 'Used about 2.5 MB of data a day over the last 90 days; a typical customer uses 1 MB a day.',
    zh: '近90天平均每天使用流量约2.5 MB，一般客户每天约1 MB。',
  },
  {
    feature: 'top_up_per_day_90d',
    values: { top_up_per_day_90d: 100, observed_days: 5 },
    typical: 40 / 3,
    direction: 'lowers',
    en: 'Topped up 5.00 in the last 5 days; a typical customer tops up 0.67.',
    zh: '近5天充值5.00，一般客户约0.67。',
  },
  {
    feature: 'top_up_per_day_90d',
    values: { top_up_per_day_90d: 0.01, observed_days: 90 },
    typical: 40 / 3,
    direction: 'raises',
    en: 'Topped up under 0.01 a month over the last 90 days; a typical customer tops up 4.00 a month.',
    zh: '近90天平均每月充值不到0.01，一般客户每月约4.00。',
  },
  {
    feature: 'spend_7d',
    values: { spend_7d: 0.4 },
    typical: 27,
    direction: 'raises',
    en: 'Spent under 0.01 on calls, messages and data in the last 7 days; a typical customer spends 0.27.',
    zh: '近7天话费支出不到0.01，一般客户约0.27。',
  },
  {
    feature: 'revenue_reserve_months',
    values: { revenue_reserve_months: 121.3 },
    typical: 1.63,
    direction: 'lowers',
    en: "The balance covers more than 10 years of usual spend; a typical customer's covers about 49 days.",
    zh: '余额够10年以上的日常消费，一般客户约够49天。',
  },
  {
    feature: 'revenue_reserve_months',
    values: { revenue_reserve_months: 30 },
    direction: 'lowers',
    en: 'The balance covers more than 2 years of usual spend. For this customer, that speaks for staying.',
    zh: '余额够2年多的日常消费。就该客户而言，这有利于留网。',
  },
  {
    feature: 'top_up_cycle_90d',
    values: { top_up_cycle_90d: 3.4 },
    direction: 'lowers',
    en: 'A top-up covers about 3 months of usual spend. For this customer, that speaks for staying.',
    zh: '每次充值约够3个月的消费。就该客户而言，这有利于留网。',
  },
  {
    feature: 'top_up_overdue_90d',
    values: { top_up_overdue_90d: 0 },
    direction: 'lowers',
    en: 'The last top-up was today. For this customer, that speaks for staying.',
    zh: '最近一次充值在今天。就该客户而言，这有利于留网。',
  },
  {
    feature: 'distinct_contacts_7d',
    values: { distinct_contacts_7d: 0 },
    typical: 5,
    direction: 'raises',
    en: 'Was in touch with nobody by call or message in the last 7 days; a typical customer is with 5.',
    zh: '近7天没有与任何人通话或发短信，一般客户约5人。',
  },
  {
    feature: 'distinct_contacts_28d',
    values: { distinct_contacts_28d: 32 },
    typical: 8,
    direction: 'lowers',
    en: 'Was in touch with 32 or more people by call or message in the last 28 days; a typical customer is with 8.',
    zh: '近28天通话或短信联系32人以上，一般客户约8人。',
  },
  {
    feature: 'mt_messages_28d',
    values: { mt_messages_28d: 0 },
    typical: 2,
    direction: 'raises',
    en: 'Received no messages in the last 28 days; a typical customer receives 2.',
    zh: '近28天没有收到短信，一般客户约2条。',
  },
  {
    feature: 'mo_messages_change_28d',
    values: { mo_messages_change_28d: 0, observed_days: 90 },
    direction: 'raises',
    en: 'Stopped sending messages in the last 28 days.',
    zh: '近28天发送短信降为零。',
  },
  {
    feature: 'mo_messages_change_28d',
    values: { mo_messages_28d: 0, observed_days: 90 },
    direction: 'raises',
    en: 'No messages were sent in the last 28 days, nor in the 28 days before.',
    zh: '近28天发送短信为零，此前28天也为零。',
  },
  {
    feature: 'mo_seconds_change_28d',
    values: { mo_seconds_change_28d: 0 },
    direction: 'raises',
    en: 'Outgoing calls stopped in the last 28 days.',
    zh: '近28天主叫时长降为零。',
  },
  {
    feature: 'mo_messages_change_28d',
    values: {},
    direction: 'raises',
    en: 'There is too little to compare messages sent with the 28 days before. For this customer, that speaks for leaving.',
    zh: '数据不足，无法将近28天发送短信与此前28天比较。就该客户而言，这提示可能离网。',
  },
  {
    feature: 'data_bytes_change_30d',
    values: { observed_days: 90 },
    direction: 'raises',
    en: 'No data was used in the 30 days before, so that there is nothing to compare with. For this customer, that speaks for leaving.',
    zh: '此前30天上网流量为零，无从比较。就该客户而言，这提示可能离网。',
  },
  {
    feature: 'tenure_days',
    values: { tenure_days: 0 },
    typical: 888,
    direction: 'raises',
    en: 'Has been a customer since today; a typical one for more than 2 years.',
    zh: '今天入网，一般客户在网2年多。',
  },
  {
    feature: 'rival_contacts_30d',
    values: { rival_contacts_30d: 1 },
    typical: 0,
    direction: 'raises',
    en: 'Gave 1 sign of interest in a rival in the last 30 days; a typical customer gives none.',
    zh: '近30天出现关注竞争对手的迹象1次，一般客户没有。',
  },
];

for (const { feature, values, typical, direction, en, zh } of CASES) {
  test(`${feature} is read out as "${en}"`, () => {
    const index = featureIndex(feature);
    assert.deepEqual(reasonSentence({ index, vector: vectorWith(values), typicalValue: typical, direction }), {
      en,
      zh,
    });
  });
}

test('no comparison with a typical customer points the other way than the conclusion beside it', () => {
  const ordered = fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 }));
  // More of these speaks for staying when heard.
  const features = ['mo_calls_28d', 'mt_messages_28d', 'spend_28d', 'balance', 'tenure_days', 'distinct_contacts_28d'];
  fc.assert(
    fc.property(ordered, fc.constantFrom(...features), ([value, typical], feature) => {
      const index = featureIndex(feature);
      const direction = value > typical ? 'raises' : 'lowers';
      const { en, zh } = reasonSentence({
        index,
        vector: vectorWith({ [feature]: value }),
        typicalValue: typical,
        direction,
      });
      assert.doesNotMatch(`${en} ${zh}`, /; a typical|一般客户[^相]*约?\d/, en);
      assert.match(en, /For this customer, that speaks for/);
    }),
  );
});

test('a rare thing is told as often as it was', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 12 }), (seen, count) => {
      fc.pre(count * 7 < seen);
      const { en, zh } = reasonSentence({
        index: featureIndex('mo_messages_per_day_90d'),
        vector: vectorWith({ mo_messages_per_day_90d: count / seen, observed_days: seen }),
        typicalValue: 3,
        direction: 'raises',
      });
      assert.ok(en.startsWith(`Sent ${count} message${count === 1 ? '' : 's'} in the last ${seen} days; `), en);
      assert.ok(zh.startsWith(`近${seen}天发送短信${count}条，`), zh);
    }),
  );
});

test('how long money lasts is never told more exactly than it is known', () => {
  fc.assert(
    fc.property(fc.float({ min: 0, max: 1e6, noNaN: true }), (months) => {
      const { en } = reasonSentence({
        index: featureIndex('revenue_reserve_months'),
        vector: vectorWith({ revenue_reserve_months: months }),
        typicalValue: undefined,
        direction: 'lowers',
      });
      assert.doesNotMatch(en, /\d\.\d|\d{3}/);
    }),
  );
});
