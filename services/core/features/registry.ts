import type { Feature } from './feature.ts';
import { ACCOUNT_FEATURES } from './account-features.ts';
import { CARE_FEATURES } from './care-features.ts';
import { MONEY_FEATURES } from './money-features.ts';
import { USAGE_FEATURES } from './usage-features.ts';

/** Every feature, in vector order. */
export const FEATURES: readonly Feature[] = [
  ...USAGE_FEATURES,
  ...MONEY_FEATURES,
  ...CARE_FEATURES,
  ...ACCOUNT_FEATURES,
];

export const FEATURE_NAMES: readonly string[] = FEATURES.map((feature) => feature.name);

/** Where a feature stands in the vector. @throws RangeError for a name that is none. */
export function featureIndex(name: string): number {
  const index = FEATURE_NAMES.indexOf(name);
  if (index < 0) throw new RangeError(`no feature is named ${name}`);
  return index;
}

/**
 * What a model is bound to: names in order, units, windows, sources. Its SHA-256 is the schema hash of bundles.
 * Meanings are left out, so that a better sentence does not orphan a model.
 */
export function featureSchema(): string {
  return JSON.stringify(
    FEATURES.map(({ name, unit, windowDays, source }) => ({ name, unit, windowDays: windowDays ?? null, source })),
  );
}
