import { FEATURE_NAMES } from '../features/registry.ts';
import type { Told } from './words/fact.ts';

const PLACE: ReadonlyMap<string, number> = new Map(FEATURE_NAMES.map((name, index) => [name, index]));

/** Looks features of a vector up by name; what is not finite is unknown (NaN). */
export function peersIn(vector: ArrayLike<number>): Told['peer'] {
  return (name) => knownValue(vector[PLACE.get(name) ?? -1]);
}

/** A value as answers carry it: undefined where it is not known. */
export function valueToTell(value: number | undefined): number | undefined {
  const known = knownValue(value);
  return Number.isNaN(known) ? undefined : known;
}

/** A value as sentences use it: no sentence can do anything with an infinite one. */
export function knownValue(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : Number.NaN;
}
