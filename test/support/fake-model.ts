import { explainScore } from '../../services/core/explain/explain-score.ts';
import { explainChange, type ChangeExplanation } from '../../services/core/explain/explain-change.ts';
import { FEATURES } from '../../services/core/features/registry.ts';
import type { RiskModel } from '../../services/scorer/ports.ts';

export interface FakeModel extends RiskModel {
  /** Every vector scored so far, in the order of scoring. */
  readonly scored: Float32Array[];
  scoreOne(vector: Float32Array): number;
  contributionsOf(vector: Float32Array): Float64Array;
  explainChange(before: Float32Array, after: Float32Array): ChangeExplanation;
}

/**
 * A model that is a plain function of the vector, and that remembers what it was asked. Its base is even odds, and the
 * whole margin is the first feature's doing.
 */
export function createFakeModel(riskOf: (vector: Float32Array) => number): FakeModel {
  const scored: Float32Array[] = [];

  function contributionsOf(vector: Float32Array): Float64Array {
    const contributions = new Float64Array(FEATURES.length);
    contributions[0] = marginOf(riskOf(vector));
    return contributions;
  }

  return {
    modelVersion: 'fake/1.0.0',
    featureSchemaSha256: FAKE_FEATURE_SCHEMA,
    scored,
    scoreBatch(rows, count) {
      const width = FEATURES.length;
      const vectors = Array.from({ length: count }, (_, row) => rows.slice(row * width, (row + 1) * width));
      scored.push(...vectors);
      return Promise.resolve(Float32Array.from(vectors, riskOf));
    },
    scoreOne(vector) {
      scored.push(vector.slice());
      return riskOf(vector);
    },
    contributionsOf,
    explain: (vector) => explainScore({ base: 0, contributions: contributionsOf(vector), vector, typicalValues: [] }),
    explainChange: (before, after) =>
      explainChange(
        0,
        { vector: before, contributions: contributionsOf(before) },
        { vector: after, contributions: contributionsOf(after) },
      ),
  };
}

/** What its alerts say that their vectors are of. */
export const FAKE_FEATURE_SCHEMA = 'f'.repeat(64);

/** Log-odds of a risk; certainty is kept finite. */
function marginOf(risk: number): number {
  const inside = Math.min(1 - 1e-9, Math.max(1e-9, risk));
  return Math.log(inside / (1 - inside));
}

/** Any number from 0 to 1, the same for the same bits: bands rise and fall as they never would in life. */
export function scatteredRisk(vector: Float32Array): number {
  let hash = 17;
  for (const byte of new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)) {
    hash = (Math.imul(hash, 31) + byte) >>> 0;
  }
  return (hash % 1_000) / 999;
}
