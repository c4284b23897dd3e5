import { FEATURES, featureIndex } from '../../services/core/features/registry.ts';

/** A vector of which only these features are known. */
export function vectorWith(values: Readonly<Record<string, number>>): Float32Array {
  const vector = new Float32Array(FEATURES.length).fill(Number.NaN);
  for (const [name, value] of Object.entries(values)) vector[featureIndex(name)] = value;
  return vector;
}

/** Contributions of which only these are not 0. */
export function contributionsWith(values: Readonly<Record<string, number>>): Float64Array {
  const contributions = new Float64Array(FEATURES.length);
  for (const [name, value] of Object.entries(values)) contributions[featureIndex(name)] = value;
  return contributions;
}

/** Typical values of which only these are known. */
export function typicalWith(values: Readonly<Record<string, number>>): readonly (number | undefined)[] {
  return FEATURES.map(({ name }) => values[name]);
}
