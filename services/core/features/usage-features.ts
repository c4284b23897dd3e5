import { ratio } from './feature.ts';
import type { Feature } from './feature.ts';
import { daysOf, daysSince, longestGapDays, perDayOf, previousOf, sumOf } from './feature-view.ts';
import type { ActiveDays, FeatureView, WindowDays } from './feature-view.ts';
import type { Counter } from '../subscriber/day-tile.ts';
import type { RecencyKind } from '../subscriber/subscriber-state.ts';

/** Levels, trends, recency, regularity and shares of calls, messages and data. */
export const USAGE_FEATURES: readonly Feature[] = [
  ...levels('moCalls', 'mo_calls', 'count', 'call', [7, 28, 90], 'outgoing calls', '主叫次数'),
  ...levels('moSeconds', 'mo_seconds', 'seconds', 'call', [28, 90], 'outgoing call time', '主叫时长'),
  ...levels(
    'moOffNetSeconds',
    'mo_off_net_seconds',
    'seconds',
    'call',
    [28],
    'call time to rival networks',
    '异网主叫时长',
  ),
  ...levels('mtCalls', 'mt_calls', 'count', 'call', [7, 28, 90], 'incoming calls', '被叫次数'),
  ...levels('moMessages', 'mo_messages', 'count', 'message', [7, 28, 90], 'messages sent', '发送短信条数'),
  ...levels('mtMessages', 'mt_messages', 'count', 'message', [28, 90], 'messages received', '收到短信条数'),
  ...levels('dataSessions', 'data_sessions', 'count', 'data_session', [28], 'data sessions', '上网次数'),
  ...levels('dataBytes', 'data_bytes', 'bytes', 'data_session', [7, 28, 90], 'data volume', '上网流量'),
  ...levels('failedCalls', 'failed_calls', 'count', 'call', [28], 'failed or dropped calls', '接通失败或掉话次数'),
  ...levels(
    'rivalForwards',
    'rival_forwards',
    'count',
    'call',
    [60],
    'calls forwarded to a rival network',
    '呼转异网次数',
  ),

  change('moCalls', 'mo_calls', 'call', 28, 56, 'outgoing calls', '主叫次数'),
  change('moSeconds', 'mo_seconds', 'call', 28, 56, 'outgoing call time', '主叫时长'),
  change('mtCalls', 'mt_calls', 'call', 28, 56, 'incoming calls', '被叫次数'),
  change('moMessages', 'mo_messages', 'message', 28, 56, 'messages sent', '发送短信条数'),
  change('dataBytes', 'data_bytes', 'data_session', 30, 60, 'data volume', '上网流量'),
  pace('moCalls', 'mo_calls', 'call', 14, 70, 'outgoing calls', '主叫次数'),
  pace('moCalls', 'mo_calls', 'call', 28, 84, 'outgoing calls', '主叫次数'),
  pace('mtCalls', 'mt_calls', 'call', 28, 84, 'incoming calls', '被叫次数'),
  {
    name: 'mo_share_of_calls_change_28v56d',
    unit: 'ratio',
    windowDays: 84,
    source: 'call',
    meaning: {
      en: 'change of the share of outgoing among all calls, last 28 days against the 56 before',
      zh: '主叫占比近28天相对此前56天的变化',
    },
    valueOf: (view) =>
      ratio(sumOf(view, 'moCalls', 28), sumOf(view, 'moCalls', 28) + sumOf(view, 'mtCalls', 28)) -
      ratio(
        previousOf(view, 'moCalls', 28, 84),
        previousOf(view, 'moCalls', 28, 84) + previousOf(view, 'mtCalls', 28, 84),
      ),
  },
  {
    name: 'mo_calls_7d_share_of_28d',
    unit: 'ratio',
    windowDays: 28,
    source: 'call',
    meaning: { en: 'share of the last 7 days in the outgoing calls of 28', zh: '近7天主叫占近28天比例' },
    valueOf: (view) => ratio(sumOf(view, 'moCalls', 7), sumOf(view, 'moCalls', 28)),
  },

  {
    name: 'days_since_own_activity',
    unit: 'days',
    windowDays: undefined,
    source: 'call, message, data_session, top_up',
    meaning: { en: 'days since the last own activity', zh: '距最近一次主动使用天数' },
    valueOf: (view) => daysSinceOwnActivity(view),
  },
  since('moCall', 'mo_call', 'call', 'the last outgoing call', '最近一次主叫'),
  since('mtCall', 'mt_call', 'call', 'the last incoming call', '最近一次被叫'),
  since('moMessage', 'mo_message', 'message', 'the last message sent', '最近一次发送短信'),
  since('mtMessage', 'mt_message', 'message', 'the last message received', '最近一次收到短信'),
  since('data', 'data_session', 'data_session', 'the last data session', '最近一次上网'),
  since('appActivity', 'app_activity', 'app_activity', 'the last use of the app', '最近一次使用掌厅'),

  ...activeDays(
    'activeDays',
    'active_days',
    'call, message, data_session, top_up',
    [7, 28, 90],
    'any own use',
    '有主动使用',
  ),
  ...activeDays('moCallDays', 'mo_call_days', 'call', [28], 'outgoing calls', '有主叫'),
  ...activeDays('dataDays', 'data_days', 'data_session', [28], 'data use', '有上网'),
  {
    name: 'active_days_change_28d',
    unit: 'ratio',
    windowDays: 56,
    source: 'call, message, data_session, top_up',
    meaning: {
      en: 'active days of the last 28 against the 28 before',
      zh: '近28天活跃天数与此前28天之比',
    },
    valueOf: (view) =>
      view.observedDays < 56
        ? Number.NaN
        : ratio(daysOf(view, 'activeDays', 28), daysOf(view, 'activeDays', 56) - daysOf(view, 'activeDays', 28)),
  },
  gap(28),
  gap(90),

  share('moOnNetCalls', 'moCalls', 'on_net_call_share', 28, 'own-network share of outgoing calls', '网内主叫占比'),
  share('moOffNetCalls', 'moCalls', 'off_net_call_share', 28, 'rival-network share of outgoing calls', '异网主叫占比'),
  share('moInternationalCalls', 'moCalls', 'international_call_share', 90, 'share of calls abroad', '国际主叫占比'),
  share(
    'moOffNetMessages',
    'moMessages',
    'off_net_message_share',
    28,
    'rival-network share of messages sent',
    '异网短信占比',
  ),
  {
    name: 'failed_call_share_28d',
    unit: 'ratio',
    windowDays: 28,
    source: 'call',
    meaning: { en: 'share of calls that failed or dropped in the last 28 days', zh: '近28天接通失败或掉话占比' },
    valueOf: (view) => {
      const failed = sumOf(view, 'failedCalls', 28);
      return ratio(failed, failed + sumOf(view, 'moCalls', 28) + sumOf(view, 'mtCalls', 28));
    },
  },
  {
    name: 'off_net_call_share_change_14v56d',
    unit: 'ratio',
    windowDays: 70,
    source: 'call',
    meaning: {
      en: 'change of the rival-network share of outgoing calls, last 14 days against the 56 before',
      zh: '异网主叫占比近14天相对此前56天的变化',
    },
    valueOf: (view) =>
      ratio(sumOf(view, 'moOffNetCalls', 14), sumOf(view, 'moCalls', 14)) -
      ratio(previousOf(view, 'moOffNetCalls', 14, 70), previousOf(view, 'moCalls', 14, 70)),
  },
  circle(7),
  circle(28),
];

const OWN_USE = ['moCall', 'moMessage', 'data', 'topUp'] as const;

function daysSinceOwnActivity(view: FeatureView): number {
  let least = Infinity;
  for (const kind of OWN_USE) {
    const days = daysSince(view, kind);
    if (days < least) least = days;
  }
  return least === Infinity ? Number.NaN : least;
}

/** Sums over windows; those of 90 days per observed day, so that newcomers compare with old customers. */
function levels(
  counter: Counter,
  name: string,
  unit: 'count' | 'seconds' | 'bytes',
  source: string,
  windows: readonly WindowDays[],
  en: string,
  zh: string,
): Feature[] {
  return windows.map((window) =>
    window === 90
      ? {
          name: `${name}_per_day_90d`,
          unit,
          windowDays: 90,
          source,
          meaning: { en: `${en} per day over 90 days`, zh: `近90天日均${zh}` },
          valueOf: (view) => perDayOf(view, counter, 90),
        }
      : {
          name: `${name}_${window}d`,
          unit,
          windowDays: window,
          source,
          meaning: { en: `${en} in the last ${window} days`, zh: `近${window}天${zh}` },
          valueOf: (view) => sumOf(view, counter, window),
        },
  );
}

/** Last window over the equally long one before it. */
function change(
  counter: Counter,
  name: string,
  source: string,
  recent: WindowDays,
  both: WindowDays,
  en: string,
  zh: string,
): Feature {
  return {
    name: `${name}_change_${recent}d`,
    unit: 'ratio',
    windowDays: both,
    source,
    meaning: {
      en: `${en} of the last ${recent} days against the ${recent} before`,
      zh: `近${recent}天${zh}与此前${recent}天之比`,
    },
    valueOf: (view) => ratio(sumOf(view, counter, recent), previousOf(view, counter, recent, both)),
  };
}

/** Daily mean of the last window over that of the 56 days before it. */
function pace(
  counter: Counter,
  name: string,
  source: string,
  recent: WindowDays,
  both: WindowDays,
  en: string,
  zh: string,
): Feature {
  return {
    name: `${name}_pace_${recent}v${both - recent}d`,
    unit: 'ratio',
    windowDays: both,
    source,
    meaning: {
      en: `daily ${en} of the last ${recent} days against the ${both - recent} before`,
      zh: `近${recent}天日均${zh}与此前${both - recent}天日均之比`,
    },
    valueOf: (view) =>
      ratio(sumOf(view, counter, recent) / recent, previousOf(view, counter, recent, both) / (both - recent)),
  };
}

function since(kind: RecencyKind, name: string, source: string, en: string, zh: string): Feature {
  return {
    name: `days_since_${name}`,
    unit: 'days',
    windowDays: undefined,
    source,
    meaning: { en: `days since ${en}`, zh: `距${zh}天数` },
    valueOf: (view) => daysSince(view, kind),
  };
}

function activeDays(
  kind: ActiveDays,
  name: string,
  source: string,
  windows: readonly WindowDays[],
  en: string,
  zh: string,
): Feature[] {
  return windows.map((window) => ({
    name: `${name}_${window}d`,
    unit: 'ratio',
    windowDays: window,
    source,
    meaning: {
      en: `share of days with ${en} in the last ${window} days`,
      zh: `近${window}天中${zh}的天数占比`,
    },
    valueOf: (view) => daysOf(view, kind, window) / Math.min(window, view.observedDays),
  }));
}

function gap(window: WindowDays): Feature {
  return {
    name: `longest_gap_days_${window}d`,
    unit: 'days',
    windowDays: window,
    source: 'call, message, data_session, top_up',
    meaning: {
      en: `longest run of days without own use in the last ${window} days`,
      zh: `近${window}天最长连续未使用天数`,
    },
    valueOf: (view) => longestGapDays(view, window),
  };
}

function share(part: Counter, whole: Counter, name: string, window: WindowDays, en: string, zh: string): Feature {
  return {
    name: `${name}_${window}d`,
    unit: 'ratio',
    windowDays: window,
    source: whole === 'moMessages' ? 'message' : 'call',
    meaning: { en: `${en} in the last ${window} days`, zh: `近${window}天${zh}` },
    valueOf: (view) => ratio(sumOf(view, part, window), sumOf(view, whole, window)),
  };
}

function circle(window: WindowDays): Feature {
  return {
    name: `distinct_contacts_${window}d`,
    unit: 'count',
    windowDays: window,
    source: 'call, message',
    meaning: {
      en: `distinct contacts in the last ${window} days (32 at most)`,
      zh: `近${window}天联系人数（最多计32人）`,
    },
    valueOf({ state, asOfDay }) {
      let count = 0;
      for (const { lastDay } of state.circle) if (lastDay > asOfDay - window && lastDay <= asOfDay) count++;
      return count;
    },
  };
}
