import { formatValue } from '../format-value.ts';
import { rounded } from '../write-number.ts';
import { changing, shareChanging } from './change-words.ts';
import { daysSinceLast, longestPause, SINCE_OWN_USE } from './day-words.ts';
import { capitalized, type FeatureWords, type Text, type Told, type WordsTable } from './fact.ts';
import { counting, inWindow, measuring } from './level-words.ts';
import { perDay } from './rate-words.ts';
import { daysOfUse, sharing } from './share-words.ts';

const outgoingCalls = counting(
  { label: { en: 'Outgoing calls', zh: '主叫次数' }, did: 'Made', does: 'makes', zh: '主叫', more: 'staying' },
  { one: 'outgoing call', many: 'outgoing calls', measure: '次' },
);
const outgoingSeconds = measuring(
  {
    label: { en: 'Time on outgoing calls', zh: '主叫时长' },
    did: 'Talked',
    does: 'talks',
    doesNone: 'does not',
    zh: '主叫通话',
    more: 'staying',
  },
  {
    unit: 'seconds',
    of: 'on outgoing calls',
    none: 'Spent no time on outgoing calls',
  },
);
const offNetSeconds = measuring(
  {
    label: { en: 'Call time to rival networks', zh: '异网主叫时长' },
    did: 'Talked',
    does: 'talks',
    doesNone: 'does not',
    zh: '主叫异网通话',
    more: 'leaving',
  },
  {
    unit: 'seconds',
    of: 'to rival networks',
    none: 'Spent no time on calls to rival networks',
  },
);
const incomingCalls = counting(
  { label: { en: 'Incoming calls', zh: '被叫次数' }, did: 'Received', does: 'receives', zh: '被叫', more: 'staying' },
  { one: 'incoming call', many: 'incoming calls', measure: '次' },
);
const sentMessages = counting(
  { label: { en: 'Messages sent', zh: '发送短信条数' }, did: 'Sent', does: 'sends', zh: '发送短信', more: 'staying' },
  { one: 'message', many: 'messages', measure: '条' },
);
const receivedMessages = counting(
  {
    label: { en: 'Messages received', zh: '收到短信条数' },
    did: 'Received',
    does: 'receives',
    zh: '收到短信',
    more: 'staying',
  },
  { one: 'message', many: 'messages', measure: '条' },
);
const dataSessions = counting(
  { label: { en: 'Data sessions', zh: '上网次数' }, did: 'Opened', does: 'opens', zh: '上网', more: 'staying' },
  { one: 'data session', many: 'data sessions', measure: '次' },
);
const dataBytes = measuring(
  { label: { en: 'Data volume', zh: '上网流量' }, did: 'Used', does: 'uses', zh: '使用流量', more: 'staying' },
  { unit: 'bytes', of: 'of data', none: 'Used no data' },
);
const failedCalls = counting(
  {
    label: { en: 'Failed or dropped calls', zh: '接通失败或掉话次数' },
    did: 'Had',
    does: 'has',
    zh: '接通失败或掉话',
    more: 'leaving',
  },
  { one: 'failed or dropped call', many: 'failed or dropped calls', measure: '次' },
);
const rivalForwards = counting(
  {
    label: { en: 'Calls forwarded to a rival network', zh: '呼转异网次数' },
    did: 'Forwarded',
    does: 'forwards',
    zh: '呼叫转移到异网',
    more: 'leaving',
  },
  { one: 'call to a rival network', many: 'calls to a rival network', measure: '次' },
);
const contacts = counting(
  {
    label: { en: 'People in touch with by call or message', zh: '通话或短信联系人数' },
    did: 'Was in touch with',
    does: 'is with',
    doesNone: 'is with nobody',
    zh: '通话或短信联系',
    noneZh: '没有与任何人通话或发短信',
    more: 'staying',
  },
  {
    one: 'person by call or message',
    many: 'people by call or message',
    none: 'Was in touch with nobody by call or message',
    measure: '人',
    // The state keeps no more of them.
    cap: 32,
  },
);

const ANY_USE = {
  did: 'Used the phone',
  zh: '有主动使用',
  label: { en: 'Days of use', zh: '有主动使用的天数' },
};

const times = inWholes('次');
const days = inWholes('天');
const pieces = inWholes('条');

/** Calls, messages, data and the rhythm of use. */
export const USAGE_WORDS: WordsTable = {
  mo_calls_7d: inWindow(outgoingCalls, 7),
  mo_calls_28d: inWindow(outgoingCalls, 28),
  mo_calls_per_day_90d: perDay(outgoingCalls, 90, 1),
  mo_seconds_28d: inWindow(outgoingSeconds, 28),
  mo_seconds_per_day_90d: perDay(outgoingSeconds, 90, 60),
  mo_off_net_seconds_28d: inWindow(offNetSeconds, 28),
  mt_calls_7d: inWindow(incomingCalls, 7),
  mt_calls_28d: inWindow(incomingCalls, 28),
  mt_calls_per_day_90d: perDay(incomingCalls, 90, 1),
  mo_messages_7d: inWindow(sentMessages, 7),
  mo_messages_28d: inWindow(sentMessages, 28),
  mo_messages_per_day_90d: perDay(sentMessages, 90, 1),
  mt_messages_28d: inWindow(receivedMessages, 28),
  mt_messages_per_day_90d: perDay(receivedMessages, 90, 1),
  data_sessions_28d: inWindow(dataSessions, 28),
  data_bytes_7d: inWindow(dataBytes, 7),
  data_bytes_28d: inWindow(dataBytes, 28),
  data_bytes_per_day_90d: perDay(dataBytes, 90, 1e6),
  failed_calls_28d: inWindow(failedCalls, 28),
  rival_forwards_60d: inWindow(rivalForwards, 60),

  mo_calls_change_28d: over28({ en: 'outgoing calls', zh: '主叫次数' }, 'mo_calls_28d', times),
  mo_seconds_change_28d: changing({
    what: { en: 'minutes on outgoing calls', zh: '主叫时长' },
    stopped: 'Outgoing calls stopped',
    nothing: 'There were no outgoing calls',
    ...against(28, 28),
    needsDays: 56,
    recent: { of: ({ peer }) => peer('mo_seconds_28d'), say: (value) => formatValue(value, 'seconds') },
    more: 'staying',
  }),
  mt_calls_change_28d: over28({ en: 'incoming calls', zh: '被叫次数' }, 'mt_calls_28d', times),
  mo_messages_change_28d: changing({
    what: { en: 'messages sent', zh: '发送短信' },
    stopped: 'Stopped sending messages',
    nothing: 'No messages were sent',
    ...against(28, 28),
    needsDays: 56,
    recent: { of: ({ peer }) => peer('mo_messages_28d'), say: pieces },
    more: 'staying',
  }),
  data_bytes_change_30d: changing({
    what: { en: 'data use', zh: '上网流量' },
    nothing: 'No data was used',
    ...against(30, 30),
    needsDays: 60,
    more: 'staying',
  }),
  mo_calls_pace_14v56d: pace({ en: 'outgoing calls', zh: '日均主叫' }, 14),
  mo_calls_pace_28v56d: pace({ en: 'outgoing calls', zh: '日均主叫' }, 28),
  mt_calls_pace_28v56d: pace({ en: 'incoming calls', zh: '日均被叫' }, 28),
  mo_share_of_calls_change_28v56d: shareChanging({
    what: { en: 'the share of outgoing among all calls', zh: '主叫占比' },
    ...against(28, 56),
    more: 'staying',
  }),
  mo_calls_7d_share_of_28d: sharing({
    of: 'outgoing calls of the last 28 days',
    did: 'were made in the last 7',
    zh: '近28天的主叫中近7天占比',
    nothing: { en: 'Made no outgoing calls in the last 28 days', zh: '近28天没有主叫', tone: 'leaving' },
    more: 'staying',
  }),

  days_since_own_activity: SINCE_OWN_USE,
  days_since_mo_call: daysSinceLast({ en: 'outgoing call', zh: '主叫' }),
  days_since_mt_call: daysSinceLast({ en: 'incoming call', zh: '被叫' }),
  days_since_mo_message: daysSinceLast({ en: 'message sent', zh: '发送短信' }, 'No message sent by the customer'),
  days_since_mt_message: daysSinceLast({ en: 'message received', zh: '收到短信' }, 'No message to the customer'),
  days_since_data_session: daysSinceLast({ en: 'use of data', zh: '上网' }),

  active_days_7d: daysOfUse(ANY_USE, 7),
  active_days_28d: daysOfUse(ANY_USE, 28),
  active_days_90d: daysOfUse(ANY_USE, 90),
  mo_call_days_28d: daysOfUse(
    {
      did: 'Made outgoing calls',
      zh: '有主叫',
      label: { en: 'Days with outgoing calls', zh: '有主叫的天数' },
    },
    28,
  ),
  data_days_28d: daysOfUse({ did: 'Used data', zh: '上网', label: { en: 'Days of data use', zh: '上网天数' } }, 28),
  active_days_change_28d: changing({
    what: { en: 'days of use', zh: '活跃天数' },
    stopped: 'Use of the phone stopped',
    nothing: 'The phone was not used',
    ...against(28, 28),
    needsDays: 56,
    recent: { of: ({ peer }) => 28 * peer('active_days_28d'), say: days },
    more: 'staying',
  }),
  longest_gap_days_28d: longestPause(28),
  longest_gap_days_90d: longestPause(90),

  on_net_call_share_28d: sharing({
    of: 'outgoing calls in the last 28 days',
    did: 'stayed within the own network',
    zh: '近28天主叫中网内占比',
    nothing: { en: 'Made no outgoing calls in the last 28 days', zh: '近28天没有主叫', tone: 'leaving' },
    more: 'staying',
  }),
  off_net_call_share_28d: sharing({
    of: 'outgoing calls in the last 28 days',
    did: 'went to rival networks',
    zh: '近28天主叫中异网占比',
    nothing: { en: 'Made no outgoing calls in the last 28 days', zh: '近28天没有主叫', tone: 'leaving' },
    more: 'leaving',
  }),
  international_call_share_90d: sharing({
    of: 'outgoing calls in the last 90 days',
    did: 'went abroad',
    zh: '近90天主叫中国际占比',
    nothing: { en: 'Made no outgoing calls in the last 90 days', zh: '近90天没有主叫', tone: 'leaving' },
    more: undefined,
  }),
  off_net_message_share_28d: sharing({
    of: 'messages sent in the last 28 days',
    did: 'went to rival networks',
    zh: '近28天发送短信中异网占比',
    nothing: { en: 'Sent no messages in the last 28 days', zh: '近28天没有发送短信', tone: 'leaving' },
    more: 'leaving',
  }),
  failed_call_share_28d: sharing({
    of: 'calls in the last 28 days',
    did: 'failed or dropped',
    zh: '近28天通话中接通失败或掉话占比',
    nothing: { en: 'Had no calls in the last 28 days', zh: '近28天没有通话', tone: 'leaving' },
    more: 'leaving',
  }),
  off_net_call_share_change_14v56d: shareChanging({
    what: { en: 'the share of outgoing calls to rival networks', zh: '异网主叫占比' },
    ...against(14, 56),
    more: 'leaving',
  }),
  distinct_contacts_7d: inWindow(contacts, 7),
  distinct_contacts_28d: inWindow(contacts, 28),
};

/** A window against one of `earlier` days right before it. */
function against(recent: number, earlier: number): { readonly when: Text; readonly before: Text } {
  return {
    when: { en: `in the last ${recent} days`, zh: `近${recent}天` },
    before: { en: `the ${earlier} days before`, zh: `此前${earlier}天` },
  };
}

function over28(what: Text, level: string, say: (value: number) => Text): FeatureWords {
  const recent = { of: ({ peer }: Told) => peer(level), say };
  return changing({ what, ...against(28, 28), needsDays: 56, recent, more: 'staying' });
}

function pace({ en, zh }: Text, recentDays: number): FeatureWords {
  return changing({
    what: { en: `${en} a day`, zh },
    stopped: `${capitalized(en)} stopped`,
    nothing: `There were no ${en}`,
    ...against(recentDays, 56),
    needsDays: recentDays + 56,
    more: 'staying',
  });
}

function inWholes(measure: string): (value: number) => Text {
  return (value) => ({ en: rounded(value, 0), zh: `${rounded(value, 0)}${measure}` });
}
