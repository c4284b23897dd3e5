import { counted } from '../format-value.ts';
import { rounded } from '../write-number.ts';
import { observedDays, toneAgainst, toneOf, unknown, type FeatureWords, type Text } from './fact.ts';

/**
 * "The last outgoing call was 12 days ago; a typical customer's was 2 days ago".
 *
 * @param none what is not on record where there never was one.
 */
export function daysSinceLast(event: Text, none = `No ${event.en}`): FeatureWords {
  return {
    label: { en: `Last ${event.en}`, zh: `最近一次${event.zh}` },
    stand: ago,
    say({ value, typical }) {
      if (Number.isNaN(value)) return { en: `${none} is on record`, zh: `没有${event.zh}记录`, tone: 'leaving' };
      const found = ago(value);
      const fact = { en: `The last ${event.en} was ${found.en}`, zh: `最近一次${event.zh}在${found.zh}` };
      if (typical === undefined) return { ...fact, tone: undefined };
      const usual = ago(typical);
      if (usual.en === found.en) {
        return { en: `${fact.en}, like a typical customer's`, zh: `${fact.zh}，与一般客户相当`, tone: undefined };
      }
      return {
        en: `${fact.en}; a typical customer's was ${usual.en}`,
        zh: `${fact.zh}，一般客户在${usual.zh}`,
        tone: toneAgainst(value, typical, 'leaving'),
      };
    },
  };
}

/** "Has not used the phone for 12 days, the longest pause in 90 days". */
export const SINCE_OWN_USE: FeatureWords = {
  label: { en: 'Last own use', zh: '最近一次主动使用' },
  stand: ago,
  say({ value, typical, peer }) {
    if (Number.isNaN(value)) return { en: 'No own use is on record', zh: '没有主动使用记录', tone: 'leaving' };
    if (value < 2) {
      const found = ago(value);
      // However late an ordinary customer's was: heard alone, this is one who is there.
      return { en: `Used the phone ${found.en}`, zh: `最近一次主动使用在${found.zh}`, tone: 'staying' };
    }
    const days = counted(value, 'day', '天');
    const isLongest = value >= 3 && value === peer('longest_gap_days_90d');
    const longest = isLongest ? { en: ', the longest pause in 90 days', zh: '，是近90天最长的未使用间隔' } : EMPTY;
    const usual = typical === undefined || isLongest ? undefined : ago(typical);
    const typically =
      usual === undefined
        ? EMPTY
        : { en: `; a typical customer used it ${usual.en}`, zh: `，一般客户在${usual.zh}用过` };
    return {
      en: `Has not used the phone for ${days.en}${longest.en}${typically.en}`,
      zh: `已有${days.zh}没有主动使用${longest.zh}${typically.zh}`,
      tone: isLongest ? 'leaving' : toneAgainst(value, typical, 'leaving'),
    };
  },
};

/** "Went up to 9 days without using the phone in the last 28 days; a typical customer goes up to 4 days without". */
export function longestPause(window: number): FeatureWords {
  return {
    label: { en: `Longest pause in the last ${window} days`, zh: `近${window}天最长连续未使用` },
    say({ value, typical, peer }) {
      const seen = rounded(observedDays(peer, window), 0);
      if (Number.isNaN(value)) return unknown({ en: 'Longest pause in use', zh: '最长连续未使用天数' });
      const days = counted(value, 'day', '天');
      const fact =
        value === 0
          ? { en: `Used the phone on every one of the last ${seen} days`, zh: `近${seen}天每天都有主动使用` }
          : {
              en: `Went up to ${days.en} without using the phone in the last ${seen} days`,
              zh: `近${seen}天中最长连续${days.zh}没有主动使用`,
            };
      if (typical === undefined) return { ...fact, tone: toneOf(value, typical, 'leaving') };
      const usual = counted(typical, 'day', '天');
      const typically =
        typical === 0
          ? { en: 'a typical customer uses it every day', zh: '一般客户每天都用' }
          : { en: `a typical customer goes up to ${usual.en} without`, zh: `一般客户最长${usual.zh}未使用` };
      if (usual.en === days.en) {
        return { en: `${fact.en}, like a typical customer`, zh: `${fact.zh}，与一般客户相当`, tone: undefined };
      }
      return {
        en: `${fact.en}; ${typically.en}`,
        zh: `${fact.zh}，${typically.zh}`,
        tone: toneAgainst(value, typical, 'leaving'),
      };
    },
  };
}

/** "today", "12 days ago". */
export function ago(days: number): Text {
  if (days < 0) return { en: `${rounded(-days, 0)} days ahead`, zh: `${rounded(-days, 0)}天之后` };
  const text = rounded(days, 0);
  if (text === '0') return { en: 'today', zh: '今天' };
  return { en: text === '1' ? 'yesterday' : `${text} days ago`, zh: text === '1' ? '昨天' : `${text}天前` };
}

/** "40 days", "14 months", "more than 6 years". */
export function longTime(days: number): Text {
  if (days < 90) return counted(Math.floor(days), 'day', '天');
  const [years, months] = [Math.floor(days / 365.25), Math.floor(days / 30.44)];
  if (months < 24) return { en: `${months} months`, zh: `${months}个月` };
  return { en: `more than ${rounded(years, 0)} years`, zh: `${rounded(years, 0)}年多` };
}

const EMPTY: Text = { en: '', zh: '' };
