/**
 * Lets everyone who asks within `keptMs` have what the first one was told: one read at most is under way, and one result
 * is kept. A read that fails is told to those who wait for it, and the next one who asks tries again.
 *
 * @param elapsedMs a clock that does not go back. Age counts from the begin of a read.
 */
export function shareReads<T>(
  read: () => Promise<T>,
  { keptMs, elapsedMs }: { readonly keptMs: number; readonly elapsedMs: () => number },
): () => Promise<T> {
  let kept: { readonly result: Promise<T>; readonly sinceMs: number; isUnderWay: boolean } | undefined;

  async function follow(mine: NonNullable<typeof kept>): Promise<void> {
    try {
      await mine.result;
      mine.isUnderWay = false;
    } catch {
      // Told to those who asked, by the result itself.
      if (kept === mine) kept = undefined;
    }
  }

  return function shared() {
    if (kept !== undefined && (kept.isUnderWay || elapsedMs() - kept.sinceMs < keptMs)) return kept.result;
    kept = { result: read(), sinceMs: elapsedMs(), isUnderWay: true };
    void follow(kept);
    return kept.result;
  };
}
