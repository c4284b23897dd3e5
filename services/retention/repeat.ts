import { setTimeout as delay } from 'node:timers/promises';

/** A task that is done again and again until stopped. */
export interface Repetition {
  /** Resolves when the round under way has ended. */
  stop(): Promise<void>;
}

/**
 * Runs `task`, waits, runs it again. A failed round is told to `onFailure` and waited longer after: up to 32 times the
 * interval, so that an outage is not hammered.
 */
export function repeat(options: {
  readonly intervalMs: number;
  readonly task: (signal: AbortSignal) => Promise<unknown>;
  readonly onFailure: (error: unknown) => void;
  /** Waits between two rounds; ends early when the signal aborts. By the wall clock unless told. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}): Repetition {
  const { intervalMs, task, onFailure, pause = pauseByClock } = options;
  const stopping = new AbortController();
  const { signal } = stopping;

  async function rounds(): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        await task(signal);
        failures = 0;
      } catch (error) {
        failures = Math.min(failures + 1, 5);
        onFailure(error);
      }
      await pause(intervalMs * 2 ** failures, signal);
    }
  }

  const done = rounds();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

async function pauseByClock(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
