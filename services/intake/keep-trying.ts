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
  readonly part: Pick<Part, 'attempt'>;
  readonly causeOf: (error: unknown) => string;
  /** Whether an error goes away when the part is well again. */
  readonly isOutage: (error: unknown) => boolean;
}

/** Thrown instead of a further attempt once the process is told to stop. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/** Does something that needs a part until it succeeds, or fails for another reason than an outage. */
export type KeepTrying = <T>(name: PartName, attempt: () => Promise<T>) => Promise<T>;

/**
 * Attempts that fail by an outage are repeated with growing pauses, and the part counts as missing until they succeed.
 * What an attempt holds, such as a batch, is kept by it. Anything else that is thrown would be thrown again: it goes to
 * the caller at once.
 *
 * @param signal ends the repeating: the attempt under way is waited for, a further one is not made.
 */
export function createKeepTrying(parts: Readonly<Record<PartName, TriedPart>>, signal: AbortSignal): KeepTrying {
  return async function keepTrying(name, attempt) {
    const { part, causeOf, isOutage } = parts[name];
    const told = part.attempt();
    try {
      for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
        const slow = setTimeout(() => {
          told.failed(`no answer for ${SLOW_AFTER_MS / 1_000} s`);
        }, SLOW_AFTER_MS);
        try {
          const result = await attempt();
          told.succeeded();
          return result;
        } catch (error) {
          // What fails while the process stops is its own doing.
          if (signal.aborted) throw stopped(name);
          if (!isOutage(error)) throw error;
          told.failed(causeOf(error));
        } finally {
          clearTimeout(slow);
        }
        await delay(pauseMs, undefined, { signal }).catch(() => {
          throw stopped(name);
        });
      }
    } finally {
      told.givenUp();
    }
  };
}

function stopped(name: PartName): StoppedError {
  return new StoppedError(`stopped while ${name} was missing`);
}
