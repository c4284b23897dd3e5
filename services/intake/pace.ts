export interface Clock {
  nowMs(): number;
  /** Ends early when the signal is aborted. */
  sleep(durationMs: number, signal: AbortSignal): Promise<void>;
}

/** Waits before so many rows may be sent. */
export type Pace = (rows: number, signal: AbortSignal) => Promise<void>;

/** No burst makes up for more than this much idle time. */
const MAX_CREDIT_MS = 1_000;

/** Keeps to so many rows per second; without a limit it never waits. */
export function createPace(rowsPerSecond: number | undefined, clock: Clock): Pace {
  if (rowsPerSecond === undefined) return () => Promise.resolve();
  let [freeAtMs, lastMs] = [-Infinity, -Infinity];
  return async function pace(rows, signal) {
    const nowMs = clock.nowMs();
    // A clock that was set back says nothing of how long ago the last rows were.
    const startMs = nowMs < lastMs ? nowMs : Math.max(freeAtMs, nowMs - MAX_CREDIT_MS);
    lastMs = nowMs;
    freeAtMs = startMs + (rows / rowsPerSecond) * 1_000;
    if (freeAtMs > nowMs) await clock.sleep(freeAtMs - nowMs, signal);
  };
}
