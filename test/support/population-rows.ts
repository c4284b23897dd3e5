import type { ModelBundle } from '../../services/platform/onnx/bundle.ts';
import type { Histogram } from '../../services/core/quality/drift-baseline.ts';
import type { Random } from '../../models/pipeline/stand-in/random-trees.ts';

/**
 * Customers that never were: each feature drawn on its own from the histogram of the population that the model was made for,
 * and left out by chance; on some, one value stands exactly on the edge of a split. Features that the trees do not look
 * at are missing.
 *
 * @returns `count` vectors one after the other.
 */
export function populationRows(
  { ensemble, driftBaseline }: Pick<ModelBundle, 'ensemble' | 'driftBaseline'>,
  random: Random,
  { count, missingShare }: { readonly count: number; readonly missingShare: number },
): Float32Array {
  const { featureCount, featureIndex, threshold } = ensemble;
  const rows = new Float32Array(count * featureCount).fill(Number.NaN);
  for (let begin = 0; begin < rows.length; begin += featureCount) {
    for (const { index, ...histogram } of driftBaseline.features) {
      if (random() >= missingShare) rows[begin + index] = drawFrom(histogram, random);
    }
    const node = Math.floor(random() * featureIndex.length);
    const feature = featureIndex[node] ?? -1;
    if (feature >= 0) rows[begin + feature] = threshold[node] ?? Number.NaN;
  }
  return rows;
}

/** A value of a bin chosen by its count, anywhere between its edges; the outer bins reach as far again as the inner ones. */
function drawFrom({ edges, counts }: Histogram, random: Random): number {
  const first = edges[0] ?? 0;
  const last = edges.at(-1) ?? 0;
  const reach = Math.max(1, last - first);
  let rest = random() * counts.reduce((sum, count) => sum + count, 0);
  const bin = counts.findIndex((count) => (rest -= count) < 0);
  const low = bin === 0 ? first - reach : (edges[bin - 1] ?? last);
  const high = edges[bin] ?? last + reach;
  return low + random() * (high - low);
}
