const DAY_MS = 86_400_000;

/**
 * Civil days, `yyyy-mm-dd`, at whose end vectors are taken: the 15th and the last of each month, for scores are wanted at
 * any time of a month and not only when one is full.
 *
 * @param yearMonths year × 100 + month, in any order, repetitions allowed.
 */
export function usualAsOfs(yearMonths: Iterable<number>): string[] {
  return [...new Set(yearMonths)]
    .toSorted((a, b) => a - b)
    .flatMap((yearMonth) => {
      const [year, month] = [Math.floor(yearMonth / 100), yearMonth % 100];
      return [Date.UTC(year, month - 1, 15), Date.UTC(year, month, 1) - DAY_MS].map(toDate);
    });
}

function toDate(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
