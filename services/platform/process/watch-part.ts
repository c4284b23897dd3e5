import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from './part-board.ts';

/** How a part is found: it works, it does not, or nothing can be said yet and its state stays. */
export type Finding =
  | { readonly type: 'up'; readonly detail?: string }
  | { readonly type: 'missing'; readonly cause: string }
  | { readonly type: 'unknown' };

const INTERVAL_MS = 1_000;

/** Asks a part every second how it is, until the signal aborts. `check` must settle, and must not throw. */
export async function watchPart(
  part: Part,
  check: () => Finding | Promise<Finding>,
  signal: AbortSignal,
): Promise<void> {
  const isStopped = (): boolean => signal.aborted;
  while (!isStopped()) {
    const wasUp = part.isUp();
    const found = await check();
    // What is found while the process stops is its own doing.
    if (isStopped()) return;
    if (found.type === 'up') part.up(found.detail);
    // What came up while this was asked may have been asked too early: the next question tells.
    if (found.type === 'missing' && (wasUp || !part.isUp())) part.missing(found.cause);
    await delay(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}
