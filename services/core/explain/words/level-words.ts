import { counted, formatValue } from '../format-value.ts';
import { rounded } from '../write-number.ts';
import { observedDays, toneAgainst, unknown, type FeatureWords, type Text, type Tone } from './fact.ts';

/** Something of which a customer has so and so much. */
export interface Level {
  /** What it is called by itself: "Outgoing calls". */
  readonly label: Text;
  /** "Made" and "makes". */
  readonly did: string;
  readonly does: string;
  /** What is said of none: "Made no outgoing calls". */
  readonly none: string;
  /** What stands before the amount in Chinese: "主叫". */
  readonly zh: string;
  /** Amount with its noun in English: "3 outgoing calls", "3次"; `by` is a period such as " a week". */
  readonly amount: (value: number, by: string) => Text;
  /** Amount alone: "3", "3次". */
  readonly bare: (value: number) => Text;
  /** What more of it means. */
  readonly more: Tone;
}

type Verbs = Pick<Level, 'label' | 'did' | 'does' | 'zh' | 'more'>;

/** Things that are counted. */
export function counting(
  verbs: Verbs,
  nouns: {
    readonly one: string;
    readonly many: string;
    /** Instead of the verb, "no" and the noun. */
    readonly none?: string;
    /** Measure word. */
    readonly measure: string;
    /** The count goes no further: this much means "or more". */
    readonly cap?: number;
  },
): Level {
  const { one, many, none = `${verbs.did} no ${many}`, measure, cap = Infinity } = nouns;
  const bare = (value: number): Text => {
    if (value > 0 && value < 0.05) return { en: 'under 0.1', zh: `不到0.1${measure}` };
    const number = rounded(value, 1);
    return value >= cap
      ? { en: `${number} or more`, zh: `${number}${measure}以上` }
      : { en: number, zh: `${number}${measure}` };
  };
  const amount = (value: number, by: string): Text => {
    const { en, zh } = bare(value);
    return { en: `${en} ${en === '1' ? one : many}${by}`, zh };
  };
  return { ...verbs, none, amount, bare };
}

/** Things that are measured: time, volume, money. */
export function measuring(
  verbs: Verbs,
  nouns: {
    readonly unit: 'seconds' | 'bytes' | 'minor_units';
    /** What follows the amount: "on outgoing calls"; may be empty. */
    readonly of: string;
    readonly none: string;
  },
): Level {
  const bare = (value: number): Text => formatValue(value, nouns.unit);
  const amount = (value: number, by: string): Text => {
    const { en, zh } = bare(value);
    return { en: `${en}${by} ${nouns.of}`.trimEnd(), zh };
  };
  return { ...verbs, none: nouns.none, amount, bare };
}

/** "Made 3 outgoing calls in the last 28 days; a typical customer makes 13". */
export function inWindow(level: Level, days: number): FeatureWords {
  const { did, none, zh, amount, more } = level;
  const when = { en: `in the last ${days} days`, zh: `近${days}天` };
  const label = { en: `${level.label.en} ${when.en}`, zh: `${when.zh}${level.label.zh}` };
  return {
    label,
    stand: (value) => (value === 0 ? NONE : level.bare(value)),
    say({ value, typical }) {
      if (Number.isNaN(value)) return unknown(label);
      const typically = typicalClause(level, value, typical);
      const found = amount(value, '');
      return {
        en: `${value === 0 ? none : `${did} ${found.en}`} ${when.en}${typically.en}`,
        zh: `${when.zh}${value === 0 ? '没有' : ''}${zh}${value === 0 ? '' : found.zh}${typically.zh}`,
        tone: typically.isSame ? undefined : toneAgainst(value, typical, more),
      };
    },
  };
}

/**
 * Means per day, told by the day, week or month, whichever makes them about one or more:
 * "Made about 4 outgoing calls a week over the last 90 days; a typical customer makes 9 a week".
 *
 * @param one what counts as one in the feature's unit; Infinity for what is always told by the month.
 */
export function perDay(level: Level, days: number, one: number): FeatureWords {
  const { did, none, zh, amount, more } = level;
  const label = { en: `${level.label.en} over ${days} days`, zh: `近${days}天${level.label.zh}` };
  return {
    label,
    stand(value) {
      if (value === 0) return NONE;
      const period = periodOf(value / one);
      const mean = level.bare(value * period.days);
      return { en: `about ${mean.en} ${period.en}`, zh: `${period.zh}约${mean.zh}` };
    },
    say({ value, typical, peer }) {
      if (Number.isNaN(value)) return unknown(label);
      const seen = counted(observedDays(peer, days), 'day', '天');
      const period = periodOf(Math.max(value, typical ?? 0) / one);
      const typically = typicalClause(level, value, typical, period);
      const tone = typically.isSame ? undefined : toneAgainst(value, typical, more);
      if (value === 0) {
        const en = `${none} in the last ${seen.en}${typically.en}`;
        return { en, zh: `近${seen.zh}没有${zh}${typically.zh}`, tone };
      }
      const mean = amount(value * period.days, ` ${period.en}`);
      return {
        en: `${did} about ${mean.en} over the last ${seen.en}${typically.en}`,
        zh: `近${seen.zh}平均${period.zh}${zh}约${mean.zh}${typically.zh}`,
        tone,
      };
    },
  };
}

const NONE: Text = { en: 'none', zh: '没有' };

interface Period extends Text {
  readonly days: number;
}

const EVEN: Period = { days: 1, en: '', zh: '' };
const BY_DAY: Period = { days: 1, en: 'a day', zh: '每天' };
const BY_WEEK: Period = { days: 7, en: 'a week', zh: '每周' };
const BY_MONTH: Period = { days: 30, en: 'a month', zh: '每月' };

function periodOf(ones: number): Period {
  return ones >= 1 ? BY_DAY : ones >= 1 / 7 ? BY_WEEK : BY_MONTH;
}

/** How an ordinary customer compares; `isSame` where the two read the same. */
interface Comparison extends Text {
  readonly isSame: boolean;
}

function typicalClause(level: Level, value: number, typical: number | undefined, period = EVEN): Comparison {
  if (typical === undefined) return { en: '', zh: '', isSame: false };
  const [own, other] = [level.bare(value * period.days), level.bare(typical * period.days)];
  if (own.en === other.en) return { en: ', like a typical customer', zh: '，与一般客户相当', isSame: true };
  if (typical === 0) return { en: `; a typical customer ${level.does} none`, zh: '，一般客户没有', isSame: false };
  const by = period.en === '' ? '' : ` ${period.en}`;
  return {
    en: `; a typical customer ${level.does} ${other.en}${by}`,
    zh: `，一般客户${period.zh}约${other.zh}`,
    isSame: false,
  };
}
