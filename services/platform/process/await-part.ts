import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from './part-board.ts';
import { StartRefusal } from './start-refusal.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
const ATTEMPT_WITHIN_MS = 10_000;

export interface AwaitPartOptions<T> {
  /** Where its state is told; see `PartBoard`. */
  readonly part: Part;
  /** One try. What it throws is waited out, except a StartRefusal, which ends the waiting. */
  readonly open: () => Promise<T>;
  /** What went wrong, in words for a log line. */
  readonly causeOf: (error: unknown) => string;
  /** Gives back what a try opened after it had been given up. */
  readonly discard?: (opened: T) => void;
  /** Ends the waiting: the process was told to stop. */
  readonly signal: AbortSignal;
  /** A try that takes longer is given up: who accepts a connection and never answers must not hold the start. */
  readonly attemptWithinMs?: number;
  /** Waits between two tries; by the clock unless told. Rejects when the signal aborts. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Opens a part that may not be there yet: tries at once, then after 0.5 s, twice as long after each failure, up to every
 * 10 s, until it succeeds. One line tells an outage at its beginning and one at its end, whatever the number of tries.
 *
 *     const board = createPartBoard(log);
 *     const redis = await awaitPart({
 *       part: board.part('Redis', 'waiting for it, and trying again every 10 s'),
 *       open: () => openRedis({ url }),
 *       causeOf: redisTrouble,
 *       discard: (late) => late.disconnect(),
 *       signal,
 *     });
 *
 * The part is up when this resolves. Use it for one part at a time or for several in `Promise.all`, so that one start
 * tells all that is missing.
 *
 * @throws StartRefusal from `open`; the signal's reason when it aborts.
 */
export async function awaitPart<T>(options: AwaitPartOptions<T>): Promise<T> {
  const { part, causeOf, signal, pause = pauseByClock } = options;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    signal.throwIfAborted();
    try {
      const opened = await tryOnce(options);
      part.up();
      return opened;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof StartRefusal) throw error;
      part.missing(causeOf(error));
    }
    await pause(waitMs, signal);
  }
}

async function pauseByClock(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal });
}

async function tryOnce<T>(options: AwaitPartOptions<T>): Promise<T> {
  const { open, discard, signal, attemptWithinMs = ATTEMPT_WITHIN_MS } = options;
  const givenUp = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    givenUp.reject(new Error(`no answer within ${attemptWithinMs / 1_000} s`));
  }, attemptWithinMs);
  const onAbort = (): void => {
    givenUp.reject(new Error('stopped'));
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const opening = open();
  try {
    return await Promise.race([opening, givenUp.promise]);
  } catch (error) {
    opening.then(discard, () => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
