import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from '../platform/process/part-board.ts';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
/** A part that does not answer for so long counts as missing, though the attempt goes on. */
const SLOW_AFTER_MS = 4_000;

/** What intake cannot do without. */
export type PartName = 'kafka' | 'redis';

/** A part, and how its errors are told. */
export interface TriedPart {
  readonly part: Pick<Part, 'up' | 'missing'>;
  readonly causeOf: (error: unknown) => string;
}

/** Thrown instead of a further attempt once the process is told to stop. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/** Does something that needs a part until it succeeds. */
export type KeepTrying = <T>(name: PartName, attempt: () => Promise<T>) => Promise<T>;

/**
 * Attempts that fail are repeated with growing pauses, and the part counts as missing meanwhile. What an attempt holds,
 * such as a batch, is kept by it.
 *
 * @param signal ends the repeating: the attempt under way is waited for, a further one is not made.
 */
export function createKeepTrying(parts: Readonly<Record<PartName, TriedPart>>, signal: AbortSignal): KeepTrying {
  return async function keepTrying(name, attempt) {
    const { part, causeOf } = parts[name];
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const slow = setTimeout(() => {
        part.missing(`no answer for ${SLOW_AFTER_MS / 1_000} s`);
      }, SLOW_AFTER_MS);
      try {
        const result = await attempt();
        part.up();
        return result;
      } catch (error) {
        part.missing(causeOf(error));
      } finally {
        clearTimeout(slow);
      }
      // An abort ends the pause, or does not let it begin.
      await delay(pauseMs, undefined, { signal }).catch(() => {
        throw new StoppedError(`stopped while ${name} was missing`);
      });
    }
  };
}
