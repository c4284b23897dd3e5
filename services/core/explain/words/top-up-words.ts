import { counted } from '../format-value.ts';
import { rounded } from '../write-number.ts';
import { ago } from './day-words.ts';
import { observedDays, toneAgainst, type Fact, type FeatureWords, type Text, type Told } from './fact.ts';
import { stretch } from './stretch.ts';

/** Beyond so many usual gaps, top-ups are said to have stopped. */
const STOPPED_AFTER_GAPS = 2;
/** Nobody's top-ups stopped within days. */
const STOPPED_AFTER_DAYS = 5;

/** "Top-ups stopped 19 days ago; the usual gap is 6 days". */
export const SINCE_TOP_UP: FeatureWords = {
  label: { en: 'Last top-up', zh: '最近一次充值' },
  stand: ago,
  say: ({ value, typical, peer }) => lastTopUp(value, typical, peer),
};

/** Days since the last top-up over the usual gap; the same story in a number that nobody reads out. */
export const TOP_UP_OVERDUE: FeatureWords = {
  label: { en: 'Last top-up', zh: '最近一次充值' },
  stand(value, peer) {
    const days = peer('days_since_top_up');
    const gap = usualTopUpGap(peer, days);
    if (Number.isNaN(days) || Number.isNaN(gap)) return value === 0 ? ago(0) : sizeOfGap(value);
    const usual = counted(Math.max(1, Math.round(gap)), 'day', '天');
    return { en: `${ago(days).en} at a usual gap of ${usual.en}`, zh: `${ago(days).zh}（平时约每${usual.zh}一次）` };
  },
  say({ value, peer }) {
    const days = peer('days_since_top_up');
    if (!Number.isNaN(days) || Number.isNaN(value)) return lastTopUp(days, undefined, peer);
    const size = sizeOfGap(value);
    return value === 0
      ? lastTopUp(0, undefined, peer)
      : {
          en: `The last top-up was ${size.en}`,
          zh: `最近一次充值在${size.zh}`,
          tone: toneAgainst(value, 1, 'leaving'),
        };
  },
};

/** "A top-up covers about 36 days of usual spend; a typical customer's covers about 2 months". */
export const TOP_UP_CYCLE: FeatureWords = {
  label: { en: 'What a top-up covers', zh: '一次充值可用时间' },
  stand: stretch,
  say({ value, typical, peer }) {
    if (Number.isNaN(value)) {
      return peer('top_ups_90d') === 0
        ? noneWithin(peer)
        : { en: 'How long a top-up lasts is not known', zh: '一次充值可用多久未知', tone: undefined };
    }
    const lasting = stretch(value);
    const fact = { en: `A top-up covers ${lasting.en} of usual spend`, zh: `每次充值${lasting.enoughZh}的消费` };
    const usual = typical === undefined ? undefined : stretch(typical);
    const tone = undefined;
    if (usual === undefined) return { ...fact, tone };
    return usual.en === lasting.en
      ? { en: `${fact.en}, like a typical customer's`, zh: `${fact.zh}，与一般客户相当`, tone }
      : {
          en: `${fact.en}; a typical customer's covers ${usual.en}`,
          zh: `${fact.zh}，一般客户${usual.enoughZh}`,
          tone,
        };
  },
};

function lastTopUp(days: number, typical: number | undefined, peer: Told['peer']): Fact {
  if (Number.isNaN(days)) return { en: 'No top-up is on record', zh: '没有充值记录', tone: 'leaving' };
  const gap = usualTopUpGap(peer, days);
  const last = { en: `The last top-up was ${ago(days).en}`, zh: `最近一次充值在${ago(days).zh}` };
  if (Number.isNaN(gap)) return withTypical(last, days, typical);
  // A gap under a day is told as one.
  const toldGap = Math.max(1, Math.round(gap));
  const usual = counted(toldGap, 'day', '天');
  const tone = toneAgainst(days, toldGap, 'leaving');
  if (days > STOPPED_AFTER_GAPS * gap && days >= STOPPED_AFTER_DAYS) {
    const since = counted(days, 'day', '天');
    return {
      en: `Top-ups stopped ${since.en} ago; the usual gap is ${usual.en}`,
      zh: `已${since.zh}没有充值，平时约每${usual.zh}充值一次`,
      tone,
    };
  }
  return { en: `${last.en}; the usual gap is ${usual.en}`, zh: `${last.zh}，平时约每${usual.zh}充值一次`, tone };
}

function withTypical(last: Text, days: number, typical: number | undefined): Fact {
  if (typical === undefined) return { ...last, tone: undefined };
  const usual = ago(typical);
  return usual.en === ago(days).en
    ? { en: `${last.en}, like a typical customer's`, zh: `${last.zh}，与一般客户相当`, tone: undefined }
    : {
        en: `${last.en}; a typical customer's was ${usual.en}`,
        zh: `${last.zh}，一般客户在${usual.zh}`,
        tone: toneAgainst(days, typical, 'leaving'),
      };
}

function noneWithin(peer: Told['peer']): Fact {
  const days = rounded(observedDays(peer, 90), 0);
  return { en: `No top-up in the last ${days} days`, zh: `近${days}天没有充值`, tone: 'leaving' };
}

/** "1.5 times the usual gap ago". */
function sizeOfGap(value: number): Text {
  if (value > 0 && value < 0.05) return { en: 'hardly a part of the usual gap ago', zh: '远不到通常间隔之前' };
  return { en: `${rounded(value, 1)} times the usual gap ago`, zh: `通常间隔的${rounded(value, 1)}倍之前` };
}

/** The wait between two top-ups that a subscriber is used to, in days; NaN where it cannot be told. */
function usualTopUpGap(peer: Told['peer'], daysSinceTopUp: number): number {
  const overdue = peer('top_up_overdue_90d');
  if (overdue > 0 && daysSinceTopUp > 0) return daysSinceTopUp / overdue;
  const topUps = peer('top_ups_90d');
  return topUps > 0 ? observedDays(peer, 90) / topUps : Number.NaN;
}
