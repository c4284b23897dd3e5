import { probabilityOf, rawMargin } from '../../services/core/explain/score-tree.ts';
import type { ModelBundle } from '../../services/platform/onnx/bundle.ts';
import type { ParityRows } from './read-parity-rows.ts';

/** Largest differences of a probability (0–1) over all rows. */
export interface Parity {
  readonly rows: number;
  /** Share (0–1) of the values that are missing. */
  readonly missingShare: number;
  /** onnxruntime-node and the trainer's library. */
  readonly runtimeDifference: number;
  /** The tree walker and the trainer's library. */
  readonly walkerDifference: number;
}

/** Scores every row with onnxruntime-node and with the walker, and holds both to the trainer's library. */
export async function compareParity(
  rows: ParityRows,
  { scoreBatch, ensemble }: Pick<ModelBundle, 'scoreBatch' | 'ensemble'>,
): Promise<Parity> {
  const { count, featureCount, vectors, margins } = rows;
  const probabilities = await scoreBatch(vectors, count);
  let runtimeDifference = 0;
  let walkerDifference = 0;
  for (const [row, margin] of margins.entries()) {
    const expected = probabilityOf(margin);
    const vector = vectors.subarray(row * featureCount, (row + 1) * featureCount);
    runtimeDifference = larger(runtimeDifference, expected - (probabilities[row] ?? Number.NaN));
    walkerDifference = larger(walkerDifference, expected - probabilityOf(rawMargin(ensemble, vector)));
  }
  const missing = vectors.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0);
  return { rows: count, missingShare: missing / vectors.length, runtimeDifference, walkerDifference };
}

/** What is no number differs from everything. */
function larger(difference: number, other: number): number {
  return Number.isNaN(other) ? Number.POSITIVE_INFINITY : Math.max(difference, Math.abs(other));
}
