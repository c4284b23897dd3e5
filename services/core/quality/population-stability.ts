/** Added to each bin, so that an empty one has a logarithm; half a count is the usual guess. */
const PSEUDO_COUNT = 0.5;

/**
 * Population stability index of counts against expected ones: Σ (p − q) · ln(p / q). 0.1 is a small change, 0.25 a large
 * one, by the custom of credit scoring.
 *
 * Two samples of one population differ by chance, on average by (bins − 1) · (1/n + 1/m): that is taken off, so that a
 * small sample does not look like a change. What is left averages about 0 where nothing changed, and lies below 0 about as
 * often as not; that is told as 0, so that what is told averages a little above.
 *
 * Neither side may be empty.
 *
 * @param actual counts by bin.
 * @param expected by bin, in any scale: only its shares count.
 * @param expectedRows rows that the expectation was made from.
 */
export function populationStability(
  actual: readonly number[],
  expected: readonly number[],
  expectedRows: number,
): number {
  const actualRows = sumOf(actual);
  const scale = expectedRows / sumOf(expected);
  const bins = actual.length;
  const actualTotal = actualRows + PSEUDO_COUNT * bins;
  const expectedTotal = expectedRows + PSEUDO_COUNT * bins;
  let index = 0;
  let occupied = 0;
  for (let i = 0; i < bins; i++) {
    const seen = actual[i] ?? 0;
    const awaited = (expected[i] ?? 0) * scale;
    if (seen > 0 || awaited > 0) occupied++;
    const p = (seen + PSEUDO_COUNT) / actualTotal;
    const q = (awaited + PSEUDO_COUNT) / expectedTotal;
    index += (p - q) * Math.log(p / q);
  }
  const byChance = Math.max(occupied - 1, 0) * (1 / actualRows + 1 / expectedRows);
  return Math.max(index - byChance, 0);
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
