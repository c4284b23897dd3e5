import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { changeSentence } from '../../../services/core/explain/change-sentence.ts';
import { reasonSentence } from '../../../services/core/explain/reason-sentence.ts';
import { FEATURES, FEATURE_NAMES, featureIndex } from '../../../services/core/features/registry.ts';
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
    feature: 'days_since_top_up',
    values: { days_since_top_up: 19, top_up_overdue_90d: 19 / 6, top_ups_90d: 15, observed_days: 90 },
    direction: 'raises',
    en: 'Top-ups stopped 19 days ago; the usual gap is 6 days.',
    zh: '已19天没有充值，平时约每6天充值一次。',
  },
  {
    feature: 'days_since_top_up',
    values: { days_since_top_up: 4, top_up_overdue_90d: 4 / 6, top_ups_90d: 15, observed_days: 90 },
    direction: 'lowers',
    en: 'The last top-up was 4 days ago; the usual gap is 6 days.',
    zh: '最近一次充值在4天前，平时约每6天充值一次。',
  },
  {
    feature: 'top_up_overdue_90d',
    values: { days_since_top_up: 120, top_ups_90d: 0, observed_days: 90 },
    direction: 'raises',
    en: 'The last top-up was 120 days ago. For this customer, that speaks for leaving.',
    zh: '最近一次充值在120天前。就该客户而言，这提示可能离网。',
  },
  {
    feature: 'mo_calls_change_28d',
    values: { mo_calls_change_28d: 8 / 21, mo_calls_28d: 8, observed_days: 90 },
    direction: 'raises',
    en: 'Outgoing calls fell by 62% in the last 28 days against the 28 days before, from 21 to 8.',
    zh: '近28天主叫次数比此前28天减少62%，由21次变为8次。',
  },
  {
    feature: 'mo_calls_change_28d',
    values: { mo_calls_28d: 0, observed_days: 90 },
    direction: 'raises',
    en: 'There were no outgoing calls in the last 28 days, nor in the 28 days before.',
    zh: '近28天主叫次数为零，此前28天也为零。',
  },
  {
    feature: 'mo_calls_change_28d',
    values: { mo_calls_28d: 7, observed_days: 40 },
    direction: 'raises',
    en:
      'Seen for 40 days only, too short to compare outgoing calls with the 28 days before.' +
      ' For this customer, that speaks for leaving.',
    zh: '有记录的时间只有40天，无法将主叫次数与此前28天比较。就该客户而言，这提示可能离网。',
  },
  {
    feature: 'active_days_28d',
    values: { active_days_28d: 3 / 28, observed_days: 90 },
    typical: 0.75,
    direction: 'raises',
    en: 'Used the phone on 3 of the last 28 days; a typical customer on 21.',
    zh: '近28天中有3天有主动使用，一般客户有21天。',
  },
  {
    feature: 'active_days_90d',
    values: { active_days_90d: 0.5, observed_days: 40 },
    typical: 0.25,
    direction: 'lowers',
    en: 'Used the phone on 20 of the last 40 days; a typical customer on 10.',
    zh: '近40天中有20天有主动使用，一般客户有10天。',
  },
  {
    feature: 'days_since_own_activity',
    values: { days_since_own_activity: 12, longest_gap_days_90d: 12 },
    typical: 1,
    direction: 'raises',
    en: 'Has not used the phone for 12 days, the longest pause in 90 days.',
    zh: '已有12天没有主动使用，是近90天最长的未使用间隔。',
  },
  {
    feature: 'mo_calls_28d',
    values: { mo_calls_28d: 40 },
    typical: 13,
    direction: 'raises',
    en: 'Made 40 outgoing calls in the last 28 days. For this customer, that speaks for leaving.',
    zh: '近28天主叫40次。就该客户而言，这提示可能离网。',
  },
  {
    feature: 'mo_calls_per_day_90d',
    values: { mo_calls_per_day_90d: 1 / 7, observed_days: 90 },
    typical: 4 / 7,
    direction: 'raises',
    en: 'Made about 1 outgoing call a week over the last 90 days; a typical customer makes 4 a week.',
    zh: '近90天平均每周主叫约1次，一般客户每周约4次。',
  },
  {
    feature: 'balance',
    values: { balance: 120, revenue_reserve_months: 0.4 },
    typical: 552,
    direction: 'raises',
    en: 'The last known balance is 1.20, enough for about 12 days; a typical customer has 5.52.',
    zh: '最近一次余额为1.20，约够12天，一般客户为5.52。',
  },
  {
    feature: 'off_net_call_share_28d',
    values: { off_net_call_share_28d: 0.67 },
    typical: 0.33,
    direction: 'raises',
    en: '67% of outgoing calls in the last 28 days went to rival networks; for a typical customer it is 33%.',
    zh: '近28天主叫中异网占比为67%，一般客户为33%。',
  },
  {
    feature: 'tenure_days',
    values: { tenure_days: 2_300 },
    typical: 888,
    direction: 'lowers',
    en: 'Has been a customer for more than 6 years; a typical one for more than 2 years.',
    zh: '在网已有6年多，一般客户在网2年多。',
  },
  {
    feature: 'contract_days_left',
    values: { contract_days_left: -12 },
    direction: 'raises',
    en: 'The contract ended 12 days ago.',
    zh: '合约已到期12天。',
  },
  {
    feature: 'open_fault_hours',
    values: { open_fault_hours: 72 },
    direction: 'raises',
    en: 'A fault has been open for 3 days.',
    zh: '有故障已3天未修复。',
  },
  {
    feature: 'complaints_90d',
    values: { complaints_90d: 1 },
    typical: 0,
    direction: 'raises',
    en: 'Made 1 complaint in the last 90 days; a typical customer makes none.',
    zh: '近90天投诉1次，一般客户没有。',
  },
  {
    feature: 'days_since_own_activity',
    values: { days_since_own_activity: 1 },
    typical: 0,
    direction: 'raises',
    en: 'Used the phone yesterday. For this customer, that speaks for leaving.',
    zh: '最近一次主动使用在昨天。就该客户而言，这提示可能离网。',
  },
  {
    // A gap of 0.6 days is told as one, so that the two read the same.
    feature: 'days_since_top_up',
    values: { days_since_top_up: 1, top_up_overdue_90d: 1 / 0.6, observed_days: 90 },
    direction: 'raises',
    en: 'The last top-up was yesterday; the usual gap is 1 day. For this customer, that speaks for leaving.',
    zh: '最近一次充值在昨天，平时约每1天充值一次。就该客户而言，这提示可能离网。',
  },
  {
    feature: 'top_up_sum_28d',
    values: { top_up_sum_28d: 600 },
    typical: 0,
    direction: 'lowers',
    en: 'Topped up 6.00 in the last 28 days; a typical customer tops up nothing.',
    zh: '近28天充值6.00，一般客户没有。',
  },
  {
    feature: 'port_out_enquiries_90d',
    values: { port_out_enquiries_90d: 1 },
    typical: 0,
    direction: 'raises',
    en: 'Asked 1 time about taking the number away in the last 90 days; a typical customer does not ask.',
    zh: '近90天咨询携号转出1次，一般客户没有。',
  },
  {
    feature: 'mo_calls_pace_28v56d',
    values: { mo_calls_pace_28v56d: 0 },
    direction: 'raises',
    en: 'Outgoing calls stopped in the last 28 days.',
    zh: '近28天日均主叫降为零。',
  },
  {
    feature: 'monthly_spend',
    values: { monthly_spend: 1 / 3 },
    typical: 311,
    direction: 'raises',
    en: 'Spends under 0.01 in a usual month; a typical customer spends 3.11.',
    zh: '月均消费为不到0.01，一般客户为3.11。',
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

const anyValue = fc.oneof(
  fc.constantFrom(Number.NaN, 0, -0, 1, 0.5, 2, 28, 90, -1, 3.4e38, -3.4e38, 1e-30, Infinity, -Infinity),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: 0, max: 400 }),
  fc.float({ min: 0, max: 3, noNaN: true }),
);
const anyVector = fc
  .array(anyValue, { minLength: FEATURES.length, maxLength: FEATURES.length })
  .map((values) => Float32Array.from(values));
const anyDirection = fc.constantFrom('raises' as const, 'lowers' as const);
const NO_WORDS = /NaN|undefined|null|Infinity|\[object|\be[+-]\d/;

test('whatever a feature is, both sentences can be read out and claim nothing that is not there', () => {
  const typicalValue = fc.option(anyValue, { nil: undefined });
  fc.assert(
    fc.property(anyVector, anyDirection, typicalValue, (vector, direction, typical) => {
      for (const index of FEATURES.keys()) {
        const { en, zh } = reasonSentence({ index, vector, typicalValue: typical, direction });
        const told = `${FEATURE_NAMES[index] ?? ''} ${vector[index] ?? ''}: ${en} ${zh}`;
        assert.match(en, /^[A-Z0-9-].*[^.]\.$/, told);
        assert.match(zh, /[^。]。$/, told);
        assert.doesNotMatch(`${en} ${zh}`, NO_WORDS, told);
        assert.doesNotMatch(en, /  | [.,;]/, told);
        assert.doesNotMatch(en, /about (under|more|less)|\bminutes on .* stopped|sent stopped|for 0 days/i, told);
        assert.doesNotMatch(zh, /约不到|约.{1,12}以上|停用|接收短信/, told);
        assert.doesNotMatch(en, direction === 'raises' ? /speaks for staying/ : /speaks for leaving/, told);
        assert.doesNotMatch(zh, direction === 'raises' ? /有利于留网/ : /可能离网/, told);
      }
    }),
    { numRuns: 300 },
  );
});

test('nothing is said to fall that rose, or to rise that fell', () => {
  const changes = [...FEATURES.entries()].filter(
    ([, { name, unit }]) => unit === 'ratio' && /_change_|_pace_/.test(name),
  );
  assert.ok(changes.length >= 12);
  fc.assert(
    fc.property(anyVector, anyDirection, (vector, direction) => {
      for (const [index, { name }] of changes) {
        const value = vector[index] ?? Number.NaN;
        const unchanged = /share.*change/.test(name) ? 0 : 1;
        const { en, zh } = reasonSentence({ index, vector, typicalValue: undefined, direction });
        if (/ (fell|stopped) /.test(en) || /减少|下降|降为/.test(zh))
          assert.ok(value < unchanged, `${name} ${value}: ${en}`);
        if (/ rose /.test(en) || /增加|上升/.test(zh)) assert.ok(value > unchanged, `${name} ${value}: ${en}`);
        const [, from, to] = /from ([\d.,]+) to ([\d.,]+)/.exec(en) ?? [];
        if (from !== undefined && to !== undefined && !en.includes('×')) {
          const [earlier, now] = [from, to].map((text) => Number(text.replace(/[.,]$/, '').replaceAll(',', '')));
          assert.equal(Number(now) > Number(earlier), value > unchanged, `${name} ${value}: ${en}`);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('a change between any two values can be read out too', () => {
  fc.assert(
    fc.property(anyVector, anyVector, anyDirection, (before, after, direction) => {
      for (const index of FEATURES.keys()) {
        const sentence = changeSentence({ index, before, after, direction });
        if (sentence === undefined) continue;
        const { en, zh } = sentence;
        assert.match(en, /^[A-Z].*: .*(raised|lowered) the risk\.$/);
        assert.match(zh, /：.*风险因此(上升|下降)。$/);
        assert.doesNotMatch(`${en} ${zh}`, NO_WORDS);
      }
    }),
    { numRuns: 100 },
  );
});
