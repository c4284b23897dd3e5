import type { FeatureView } from './feature-view.ts';

export type FeatureUnit =
  'count' | 'seconds' | 'days' | 'minor_units' | 'bytes' | 'ratio' | 'flag' | 'months' | 'score' | 'hours';

/** One entry of the vector, declared once for stream, HTTP answers and training. */
export interface Feature {
  /** snake_case, with the window in days at the end. */
  readonly name: string;
  readonly unit: FeatureUnit;
  /** Days it looks back, the as-of's included; undefined where it looks at the present state or all history. */
  readonly windowDays: number | undefined;
  /** Event types it is made from. */
  readonly source: string;
  readonly meaning: { readonly en: string; readonly zh: string };
  /** NaN where unknown: no history, or a ratio without a denominator. */
  readonly valueOf: (view: FeatureView) => number;
}

/** a / b, NaN where b is zero or either is unknown: a ratio without a denominator is unknown, never 0. */
export function ratio(a: number, b: number): number {
  return b === 0 ? Number.NaN : a / b;
}
