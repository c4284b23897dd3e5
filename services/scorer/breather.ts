/** Lets the event loop turn; undefined where it has turned lately enough. */
export type Breathe = () => Promise<void> | undefined;

/** Heartbeats, health and metrics wait for so long at most while records are worked on. */
const LONGEST_MS = 10;

/**
 * For work that is nothing but computing, one for all of it in a process: to be asked between two of its steps. Of those
 * that wait, one goes on in each turn, the first first: together they would hold the loop for as many times as long.
 */
export function createBreather(longestMs = LONGEST_MS, now: () => number = () => performance.now()): Breathe {
  const waiting: (() => void)[] = [];
  let turnedAtMs = now();

  function turn(): void {
    turnedAtMs = now();
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(turn);
  }

  return () => {
    if (now() - turnedAtMs < longestMs) return undefined;
    return new Promise((resolve) => {
      if (waiting.push(resolve) === 1) setImmediate(turn);
    });
  };
}
