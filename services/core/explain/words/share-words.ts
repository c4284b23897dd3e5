import { rounded } from '../write-number.ts';
import { capitalized, observedDays, toneAgainst, type Fact, type FeatureWords, type Text, type Tone } from './fact.ts';

/** A part of a whole. */
export interface Share {
  /** "outgoing calls in the last 28 days". */
  readonly of: string;
  /** "went to other networks". */
  readonly did: string;
  /** "近28天异网主叫占比". */
  readonly zh: string;
  /** What is said where there was no whole to take a share of. */
  readonly nothing: Fact;
  readonly more: Tone;
}

/** "67% of outgoing calls in the last 28 days went to other networks; for a typical customer 33%". */
export function sharing({ of, did, zh, nothing, more }: Share): FeatureWords {
  return {
    stand: (value) => percent(value),
    say({ value, typical }) {
      if (Number.isNaN(value)) return nothing;
      const found = percent(value);
      const en =
        value === 0
          ? `None of the ${of} ${did}`
          : value === 1
            ? `All ${of} ${did}`
            : `${capitalized(found.en)} of ${of} ${did}`;
      const fact = { en, zh: `${zh}为${found.zh}` };
      if (typical === undefined) return { ...fact, tone: undefined };
      const usual = percent(typical);
      if (usual.en === found.en)
        return { en: `${en}, like a typical customer's`, zh: `${fact.zh}，与一般客户相当`, tone: undefined };
      return {
        en: `${en}; for a typical customer it is ${usual.en}`,
        zh: `${fact.zh}，一般客户为${usual.zh}`,
        tone: toneAgainst(value, typical, more),
      };
    },
  };
}

/** Days of use within a window, as a share of the days seen: "Used the phone on 3 of the last 28 days; a typical customer on 14". */
export function daysOfUse(
  words: { readonly did: string; readonly zh: string; readonly label: Text },
  window: number,
): FeatureWords {
  const label = { en: `${words.label.en} in the last ${window} days`, zh: `近${window}天${words.label.zh}` };
  return {
    label,
    stand: (value, peer) => {
      const { days, whole } = daysFrom(value, observedDays(peer, window));
      return { en: `${days} of ${whole} days`, zh: `${whole}天中${days}天` };
    },
    say({ value, typical, peer }): Fact {
      const seen = observedDays(peer, window);
      if (Number.isNaN(value)) return { en: `${label.en}: not known`, zh: `${label.zh}未知`, tone: undefined };
      const { days, whole } = daysFrom(value, seen);
      const when = { en: `of the last ${whole} days`, zh: `近${whole}天中` };
      const fact =
        value === 0
          ? { en: `${words.did} on none ${when.en}`, zh: `${when.zh}没有一天${words.zh}` }
          : value === 1
            ? { en: `${words.did} on every one ${when.en}`, zh: `${when.zh}每天都${words.zh}` }
            : { en: `${words.did} on ${days} ${when.en}`, zh: `${when.zh}有${days}天${words.zh}` };
      if (typical === undefined)
        return { ...fact, tone: value === 0 ? 'leaving' : value === 1 ? 'staying' : undefined };
      const usual = daysFrom(typical, seen);
      if (usual.days === days) {
        return { en: `${fact.en}, like a typical customer`, zh: `${fact.zh}，与一般客户相当`, tone: undefined };
      }
      return {
        en: `${fact.en}; a typical customer on ${usual.days === '0' ? 'none' : usual.days}`,
        zh: `${fact.zh}，一般客户${usual.days === '0' ? '没有' : `有${usual.days}天`}`,
        tone: toneAgainst(value, typical, 'staying'),
      };
    },
  };
}

function daysFrom(share: number, seen: number): { readonly days: string; readonly whole: string } {
  return { days: rounded(share * seen, 0), whole: rounded(seen, 0) };
}

/** Whole per cent, but never 0% or 100% of what is only near it. */
function percent(share: number): Text {
  const text = rounded(share * 100, 0);
  if (share > 0 && text === '0') return { en: 'under 1%', zh: '不到1%' };
  if (share < 1 && text === '100') return { en: 'over 99%', zh: '99%以上' };
  return { en: `${text}%`, zh: `${text}%` };
}
