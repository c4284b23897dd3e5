import { counted } from '../format-value.ts';
import { observedDays, toneOf, unknown, type FeatureWords, type Text } from './fact.ts';
import { about, NONE, typicalClause, type Level } from './level-words.ts';

/**
 * Means per day, told by the day, week or month: "Made about 4 outgoing calls a week over the last 90 days; a typical
 * customer makes 9 a week". What comes less than once in the period is told as it was, for nobody makes 0.2 calls a
 * week: "Made 2 outgoing calls in the last 71 days; a typical customer makes 41".
 *
 * @param one what counts as one in the feature's unit; Infinity for what is told by the month, however much it is.
 */
export function perDay(level: Level, days: number, one: number): FeatureWords {
  const { did, none, zh, noneZh = `没有${zh}`, more } = level;
  const label = { en: `${level.label.en} over ${days} days`, zh: `近${days}天${level.label.zh}` };
  return {
    label,
    stand(value, peer) {
      if (value === 0) return NONE;
      const seen = observedDays(peer, days);
      const period = periodOf(value / one, seen);
      if (period === undefined) {
        const [total, whole] = [totalOf(level, seen, level.bare)(value), counted(seen, 'day', '天')];
        return { en: `${total.en} in ${whole.en}`, zh: `${whole.zh}${total.zh}` };
      }
      const mean = about(meanOf(level, period, level.bare)(value));
      return { en: `${mean.en} ${period.en}`, zh: `${period.zh}${mean.zh}` };
    },
    say({ value, typical, peer }) {
      if (Number.isNaN(value)) return unknown(label);
      const seen = observedDays(peer, days);
      const whole = counted(seen, 'day', '天');
      const when = { en: `the last ${whole.en}`, zh: `近${whole.zh}` };
      // Nobody's nothing needs a period of its own.
      const period =
        value === 0
          ? undefined
          : periodOf(commonRate(value / one, typical === undefined ? undefined : typical / one), seen);
      const bare = period === undefined ? totalOf(level, seen, level.bare) : meanOf(level, period, level.bare);
      const by = period === undefined ? undefined : { en: ` ${period.en}`, zh: period.zh };
      const typically = typicalClause(level, value, typical, bare, by);
      const tone = typically.isSame ? undefined : toneOf(value, typical, more);
      if (value === 0) {
        return { en: `${none} in ${when.en}${typically.en}`, zh: `${when.zh}${noneZh}${typically.zh}`, tone };
      }
      if (period === undefined) {
        const total = totalOf(level, seen, (sum) => level.amount(sum, ''))(value);
        return {
          en: `${did} ${total.en} in ${when.en}${typically.en}`,
          zh: `${when.zh}${zh}${total.zh}${typically.zh}`,
          tone,
        };
      }
      const mean = about(meanOf(level, period, (amount) => level.amount(amount, ` ${period.en}`))(value));
      return {
        en: `${did} ${mean.en} over ${when.en}${typically.en}`,
        zh: `${when.zh}平均${period.zh}${zh}${mean.zh}${typically.zh}`,
        tone,
      };
    },
  };
}

interface Period extends Text {
  readonly days: number;
}

const BY_DAY: Period = { days: 1, en: 'a day', zh: '每天' };
const BY_WEEK: Period = { days: 7, en: 'a week', zh: '每周' };
const BY_MONTH: Period = { days: 30, en: 'a month', zh: '每月' };

/** What is rarer of the two, so that both read well; a typical customer's is a mean and may be rarer than once a week. */
function commonRate(own: number, typical = own): number {
  return Math.min(own, Math.max(typical, 1 / BY_WEEK.days));
}

/** The shortest period that holds one or more; undefined where that is longer than a week or than what was seen. */
function periodOf(ones: number, seenDays: number): Period | undefined {
  const period = ones === 0 ? BY_MONTH : [BY_DAY, BY_WEEK].find(({ days }) => ones * days >= 1);
  return period !== undefined && period.days <= seenDays ? period : undefined;
}

/** How a mean per day reads by the period; decimals of many are noise. */
function meanOf({ isCounted }: Level, { days }: Period, say: (amount: number) => Text): (mean: number) => Text {
  return (mean) => say(isCounted && mean * days >= WHOLE_FROM ? Math.round(mean * days) : mean * days);
}

/** How a mean per day reads as what there was. */
function totalOf({ isCounted }: Level, seenDays: number, say: (amount: number) => Text): (mean: number) => Text {
  return (mean) => {
    const total = mean * seenDays;
    return say(isCounted && total >= 0.5 ? Math.round(total) : total);
  };
}

const WHOLE_FROM = 10;
