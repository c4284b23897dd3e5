import { FEATURES } from '../../services/core/features/registry.ts';
import type { RiskModel } from '../../services/scorer/ports.ts';

export interface FakeModel extends RiskModel {
  /** Every vector scored so far, in the order of scoring. */
  readonly scored: Float32Array[];
}

/** A model that is a plain function of the vector, and that remembers what it was asked. */
export function createFakeModel(riskOf: (vector: Float32Array) => number): FakeModel {
  const scored: Float32Array[] = [];
  return {
    modelVersion: 'fake/1.0.0',
    scored,
    scoreBatch(rows, count) {
      const width = FEATURES.length;
      const vectors = Array.from({ length: count }, (_, row) => rows.slice(row * width, (row + 1) * width));
      scored.push(...vectors);
      return Promise.resolve(Float32Array.from(vectors, riskOf));
    },
    reasonsOf: () => [],
  };
}

/** Any number from 0 to 1, the same for the same bits: bands rise and fall as they never would in life. */
export function scatteredRisk(vector: Float32Array): number {
  let hash = 17;
  for (const byte of new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)) {
    hash = (Math.imul(hash, 31) + byte) >>> 0;
  }
  return (hash % 1_000) / 999;
}
