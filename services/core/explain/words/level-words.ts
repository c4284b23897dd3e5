import { formatValue } from '../format-value.ts';
import { rounded } from '../write-number.ts';
import { toneOf, unknown, type FeatureWords, type Text, type Tone } from './fact.ts';

/** Something of which a customer has so and so much. */
export interface Level {
  /** What it is called by itself: "Outgoing calls". */
  readonly label: Text;
  /** "Made" and "makes". */
  readonly did: string;
  readonly does: string;
  /** What is said of those who have none of it, e.g. "tops up nothing"; "makes none" where it is left out. */
  readonly doesNone?: string;
  /** What is said of none: "Made no outgoing calls". */
  readonly none: string;
  /** What stands before the amount in Chinese: "主叫". */
  readonly zh: string;
  /** What is said of none in Chinese; "没有主叫" where it is left out. */
  readonly noneZh?: string;
  /** Amount with its noun in English: "3 outgoing calls", "3次"; `by` is a period such as " a week". */
  readonly amount: (value: number, by: string) => Text;
  /** Amount alone: "3", "3次". */
  readonly bare: (value: number) => Text;
  /** Whether it comes in wholes. */
  readonly isCounted: boolean;
  /** What more of it means. */
  readonly more: Tone;
}

type Verbs = Pick<Level, 'label' | 'did' | 'does' | 'doesNone' | 'zh' | 'noneZh' | 'more'>;

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
  return { ...verbs, none, amount, bare, isCounted: true };
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
    // "2 MB of data a day", but "5 minutes a day on outgoing calls".
    const whole = nouns.unit === 'bytes' ? `${en} ${nouns.of}${by}` : `${en}${by} ${nouns.of}`;
    return { en: whole.trimEnd(), zh };
  };
  return { ...verbs, none: nouns.none, amount, bare, isCounted: false };
}

/** "Made 3 outgoing calls in the last 28 days; a typical customer makes 13". */
export function inWindow(level: Level, days: number): FeatureWords {
  const { did, none, zh, noneZh = `没有${zh}`, amount, more } = level;
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
        zh: `${when.zh}${value === 0 ? noneZh : `${zh}${found.zh}`}${typically.zh}`,
        tone: typically.isSame ? undefined : toneOf(value, typical, more),
      };
    },
  };
}

/** How nothing stands. */
export const NONE: Text = { en: 'none', zh: '没有' };

/** How an ordinary customer compares; `isSame` where the two read the same. */
export interface Comparison extends Text {
  readonly isSame: boolean;
}

/**
 * "; a typical customer makes 13".
 *
 * @param amountOf how much a value is as told, in both languages; @param by the period that it is told for.
 */
export function typicalClause(
  level: Level,
  value: number,
  typical: number | undefined,
  amountOf = level.bare,
  by: Text = { en: '', zh: '' },
): Comparison {
  if (typical === undefined) return { en: '', zh: '', isSame: false };
  const [own, other] = [amountOf(value), amountOf(typical)];
  if (own.en === other.en) return { en: ', like a typical customer', zh: '，与一般客户相当', isSame: true };
  const { does, doesNone = `${does} none` } = level;
  if (typical === 0) return { en: `; a typical customer ${doesNone}`, zh: '，一般客户没有', isSame: false };
  return {
    en: `; a typical customer ${does} ${other.en}${by.en}`,
    zh: `，一般客户${by.zh}${about(other).zh}`,
    isSame: false,
  };
}

/** "about 3", but no "about under 0.1". */
export function about(amount: Text): Text {
  return isBound(amount) ? amount : { en: `about ${amount.en}`, zh: `约${amount.zh}` };
}

function isBound({ zh }: Text): boolean {
  return zh.startsWith('不到') || zh.endsWith('以上');
}
