/** The same words in both languages of the desk. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

/** What a listener takes from a fact alone; undefined where it could mean either. */
export type Tone = 'staying' | 'leaving' | undefined;

/** A fact about a subscriber, as a sentence without its full stop. */
export interface Fact extends Text {
  readonly tone: Tone;
}

/** What a sentence about one feature may speak of. */
export interface Told {
  /** NaN is unknown. */
  readonly value: number;
  /** Value of an ordinary subscriber; undefined where there is none. */
  readonly typical: number | undefined;
  /** Another feature of the same vector, by name; NaN is unknown. */
  readonly peer: (name: string) => number;
}

/** How one feature is put into words. */
export interface FeatureWords {
  /** The whole fact: "Made 3 outgoing calls in the last 28 days; a typical customer makes 13". */
  readonly say: (told: Told) => Fact;
  /** What is looked at: "Outgoing calls in the last 28 days"; the feature's meaning where it is left out. */
  readonly label?: Text;
  /** How it stands: "19 days ago"; the value in its unit where it is left out. Known values only. */
  readonly stand?: (value: number, peer: Told['peer']) => Text;
}

/** Words of features by name. */
export type WordsTable = Readonly<Record<string, FeatureWords>>;

export function opposite(tone: Tone): Tone {
  return tone === undefined ? undefined : tone === 'staying' ? 'leaving' : 'staying';
}

/** What a value says against an ordinary one, when more of it means `more`; nothing where both read the same. */
export function toneAgainst(value: number, typical: number | undefined, more: Tone): Tone {
  if (typical === undefined || value === typical) return undefined;
  return value > typical ? more : opposite(more);
}

/** As toneAgainst; what none of it says needs no ordinary value. */
export function toneOf(value: number, typical: number | undefined, more: Tone): Tone {
  return typical === undefined && value === 0 ? opposite(more) : toneAgainst(value, typical, more);
}

/** Days of a window in which the subscriber has been seen: all of them where that is not known. */
export function observedDays(peer: Told['peer'], window: number): number {
  const seen = peer('observed_days');
  return seen >= 1 && seen < window ? seen : window;
}

/** What is said of a value that is not there. */
export function unknown(label: Text): Fact {
  return { en: `${label.en}: not known`, zh: `${label.zh}未知`, tone: undefined };
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
