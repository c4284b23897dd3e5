import { setImmediate as turn } from 'node:timers/promises';

/** Lets the event loop turn; undefined where it has turned lately enough. */
export type Breathe = () => Promise<void> | undefined;

/** Heartbeats, health and metrics wait for so long at most while records are worked on. */
const LONGEST_MS = 10;

/** For work that is nothing but computing: to be asked between two of its steps. */
export function createBreather(longestMs = LONGEST_MS, now: () => number = () => performance.now()): Breathe {
  let turnedAtMs = now();
  return () => {
    if (now() - turnedAtMs < longestMs) return undefined;
    return turn().then(() => {
      turnedAtMs = now();
    });
  };
}
