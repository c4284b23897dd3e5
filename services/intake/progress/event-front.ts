/** So many further rows at or beyond a row that leaps ahead confirm it. */
export const CONFIRMING_ROWS = 3;
export const DEFAULT_MAX_STEP_MS = 86_400_000;

/** What of a front outlives a process. */
export interface SavedFront {
  readonly frontMs?: number | undefined;
  readonly leaptMs?: readonly number[] | undefined;
}

/**
 * Newest event of a source, as far as it is believed: a row leads it on by a step at most. One that leaps farther waits
 * until others confirm it, for it may bear the date of a wrong clock, and all rows behind it would be late.
 */
export interface EventFront {
  /** @param referenceMs the source is known, by other knowledge than rows, to have come as far as this. */
  observe(occurredAtMs: number, referenceMs?: number): void;
  /** The source pauses: where nothing was known before, the oldest of its few rows is a beginning. */
  settle(): void;
  /** Rows that wait are forgotten: the source has gone on without confirming them. */
  forgetLeaps(): void;
  /** -Infinity while nothing is known. */
  readonly frontMs: number;
  saved(): SavedFront;
}

/**
 * @param maxStepMs how far one row may lead the front on.
 * @param boundMs a row this much older than another that came before it shows that one's date to be wrong; Infinity
 *   where rows come in any order.
 */
export function createEventFront(
  { maxStepMs, boundMs }: { readonly maxStepMs: number; readonly boundMs: number },
  start: SavedFront = {},
): EventFront {
  let frontMs = start.frontMs ?? -Infinity;
  /** Rows farther ahead than a step, oldest first; at most as many as confirm each other. */
  let leaptMs: readonly number[] = start.leaptMs ?? [];

  /** Goes to a row, and on to those that waited and are no more than a step ahead of it, one after the other. */
  function advanceTo(instantMs: number): void {
    frontMs = instantMs;
    if (leaptMs.length === 0) return;
    for (const waitingMs of leaptMs) if (waitingMs > frontMs && waitingMs <= frontMs + maxStepMs) frontMs = waitingMs;
    leaptMs = leaptMs.filter((waitingMs) => waitingMs > frontMs);
  }

  return {
    observe(occurredAtMs, referenceMs = -Infinity) {
      if (leaptMs.length > 0) leaptMs = leaptMs.filter((waitingMs) => occurredAtMs >= waitingMs - boundMs);
      if (occurredAtMs <= frontMs) return;
      if (occurredAtMs <= Math.max(frontMs, referenceMs) + maxStepMs) {
        frontMs = occurredAtMs;
        // One that waited is believed when rows have reached it, not when they have come near.
        if (leaptMs.length > 0) leaptMs = leaptMs.filter((waitingMs) => waitingMs > frontMs);
        return;
      }
      leaptMs = [...leaptMs, occurredAtMs].toSorted((a, b) => a - b);
      const [oldestMs] = leaptMs;
      if (oldestMs !== undefined && leaptMs.length > CONFIRMING_ROWS) advanceTo(oldestMs);
    },
    settle() {
      const [oldestMs] = leaptMs;
      if (frontMs === -Infinity && oldestMs !== undefined) advanceTo(oldestMs);
    },
    forgetLeaps() {
      leaptMs = [];
    },
    get frontMs() {
      return frontMs;
    },
    saved: () => ({
      frontMs: frontMs === -Infinity ? undefined : frontMs,
      leaptMs: leaptMs.length === 0 ? undefined : leaptMs,
    }),
  };
}
