import { counted } from '../format-value.ts';
import { rounded } from '../write-number.ts';
import { capitalized, opposite, type Fact, type FeatureWords, type Text, type Told, type Tone } from './fact.ts';

/** Something whose recent amount is held against an earlier one of the same subscriber, as a ratio: 1 is unchanged. */
export interface Change {
  /** In the plural: "outgoing calls". */
  readonly what: Text;
  /** What is said where nothing is left; "Outgoing calls stopped" where it is left out. */
  readonly stopped?: string;
  /** What is said where there was nothing; "There were no outgoing calls" where it is left out. */
  readonly nothing?: string;
  /** "in the last 28 days" and "近28天". */
  readonly when: Text;
  /** What it is held against: "the 28 days before" and "此前28天". */
  readonly before: Text;
  /** Days that must have been seen for a comparison; undefined where it hangs on something else. */
  readonly needsDays?: number;
  /** What there was recently, where another feature knows; the earlier amount follows from it and the ratio. */
  readonly recent?: { readonly of: (told: Told) => number; readonly say: (value: number) => Text };
  readonly more: Tone;
}

/** "Outgoing calls fell by 62% in the last 28 days against the 28 days before, from 21 to 8". */
export function changing(change: Change): FeatureWords {
  const { what, when, before, more } = change;
  const subject = capitalized(what.en);
  const { stopped = `${subject} stopped` } = change;
  return {
    label: { en: `${subject} ${when.en} against ${before.en}`, zh: `${when.zh}${what.zh}对比${before.zh}` },
    stand: moved,
    say(told) {
      const { value } = told;
      if (Number.isNaN(value)) return withoutRatio(change, told);
      const { en, zh } = moved(value);
      if (value === 0) {
        return {
          en: `${stopped} ${when.en}`,
          zh: `${when.zh}${what.zh}降为零`,
          tone: opposite(more),
        };
      }
      const detail = fromTo(change, told);
      return {
        en: `${subject} ${en} ${when.en} against ${before.en}${detail.en}`,
        zh: `${when.zh}${what.zh}比${before.zh}${zh}${detail.zh}`,
        tone: percentOf(value) === 0 ? undefined : value > 1 ? more : opposite(more),
      };
    },
  };
}

/** A share held against an earlier one, as their difference: 0 is unchanged. */
export function shareChanging({
  what,
  when,
  before,
  more,
}: Omit<Change, 'stopped' | 'nothing' | 'recent' | 'needsDays'>): FeatureWords {
  const subject = capitalized(what.en);
  return {
    label: { en: `${subject} ${when.en} against ${before.en}`, zh: `${when.zh}${what.zh}对比${before.zh}` },
    stand: shifted,
    say({ value }) {
      if (Number.isNaN(value)) {
        return {
          en: `There is too little to compare ${what.en} with ${before.en}`,
          zh: `数据不足，无法将${when.zh}${what.zh}与${before.zh}比较`,
          tone: undefined,
        };
      }
      const { en, zh } = shifted(value);
      return {
        en: `${subject} ${en} ${when.en} against ${before.en}`,
        zh: `${when.zh}${what.zh}比${before.zh}${zh}`,
        tone: percentOf(1 + value) === 0 ? undefined : value > 0 ? more : opposite(more),
      };
    },
  };
}

/** Whole per cent by which a ratio differs from 1. */
function percentOf(ratio: number): number {
  return Math.round((ratio - 1) * 100);
}

function moved(ratio: number): Text {
  const percent = percentOf(ratio);
  if (ratio === 0) return { en: 'fell to nothing', zh: '降为零' };
  if (percent === 0) return { en: 'hardly changed', zh: '基本没有变化' };
  if (percent > 9_900) return { en: 'rose more than a hundredfold', zh: '增加到100倍以上' };
  if (percent > 0) return { en: `rose by ${rounded(percent, 0)}%`, zh: `增加${rounded(percent, 0)}%` };
  if (percent <= -100) return { en: 'fell by more than 99%', zh: '减少99%以上' };
  return { en: `fell by ${-percent}%`, zh: `减少${-percent}%` };
}

function shifted(difference: number): Text {
  const points = Math.round(difference * 100);
  if (points === 0) return { en: 'hardly changed', zh: '基本没有变化' };
  const size = rounded(Math.abs(points), 0);
  const en = `${size} percentage ${size === '1' ? 'point' : 'points'}`;
  return points > 0
    ? { en: `rose by ${en}`, zh: `上升${size}个百分点` }
    : { en: `fell by ${en}`, zh: `下降${size}个百分点` };
}

function fromTo({ recent }: Change, told: Told): Text {
  const now = recent?.of(told) ?? Number.NaN;
  const earlier = now / told.value;
  if (recent === undefined || !(now > 0) || !(earlier > 0) || !Number.isFinite(earlier)) return { en: '', zh: '' };
  const [from, to] = [recent.say(earlier), recent.say(now)];
  return from.en === to.en
    ? { en: '', zh: '' }
    : { en: `, from ${from.en} to ${to.en}`, zh: `，由${from.zh}变为${to.zh}` };
}

/** A ratio is missing where the history is too short, or where there was nothing earlier to divide by. */
function withoutRatio(change: Change, told: Told): Fact {
  const { what, when, before, needsDays = 0, recent, more } = change;
  const { nothing = `There were no ${what.en}` } = change;
  const seen = told.peer('observed_days');
  const now = recent?.of(told) ?? Number.NaN;
  // Seen for long enough, so that what is missing is the earlier amount itself.
  const isSeen = needsDays > 0 && seen >= needsDays;
  if (seen < needsDays) {
    const days = seen < 1 ? { en: 'less than a day', zh: '不到1天' } : counted(Math.floor(seen), 'day', '天');
    return {
      en: `Seen for ${days.en} only, too short to compare ${what.en} with ${before.en}`,
      zh: `有记录的时间只有${days.zh}，无法将${what.zh}与${before.zh}比较`,
      tone: undefined,
    };
  }
  if (recent !== undefined && isSeen && now === 0) {
    return {
      en: `${nothing} ${when.en}, nor in ${before.en}`,
      zh: `${when.zh}${what.zh}为零，${before.zh}也为零`,
      tone: opposite(more),
    };
  }
  if (recent !== undefined && isSeen && now > 0) {
    const amount = recent.say(now);
    return {
      en: `${capitalized(what.en)} went from none in ${before.en} to ${amount.en} ${when.en}`,
      zh: `${what.zh}由${before.zh}的零变为${when.zh}的${amount.zh}`,
      tone: more,
    };
  }
  if (isSeen) {
    return {
      en: `${nothing} in ${before.en}, so that there is nothing to compare with`,
      zh: `${before.zh}${what.zh}为零，无从比较`,
      tone: undefined,
    };
  }
  return {
    en: `There is too little to compare ${what.en} with ${before.en}`,
    zh: `数据不足，无法将${when.zh}${what.zh}与${before.zh}比较`,
    tone: undefined,
  };
}
