import { DEFAULT_MAX_STEP_MS, createEventFront } from './event-front.ts';

/** How far a feed is known to be complete follows from its rows by one of these. */
export type ProgressRule =
  /** Rows come in the order of their time. */
  | ({ readonly mode: 'ordered' } & RowSteps)
  /** A row is at most this much older than the newest before it. */
  | ({ readonly mode: 'bounded-disorder'; readonly boundMs: number } & RowSteps)
  /** A file is complete when it ends. */
  | ({ readonly mode: 'end-of-file' } & RowSteps)
  /** The source holds marks of its own. */
  | { readonly mode: 'stated' };

interface RowSteps {
  /** How far one row may lead progress on before others confirm it. */
  readonly maxStepMs?: number;
}

/** What of a feed's progress outlives a process. */
export interface SavedProgress {
  /** Newest event of the rows that the log holds, as far as it is believed. */
  readonly maxEventMs?: number | undefined;
  /** Events of the log farther ahead than a step, not confirmed yet. */
  readonly leaptMs?: readonly number[] | undefined;
  /** Greatest time of a file that ended. */
  readonly fileEndMs?: number | undefined;
  /** Complete-through of the last mark. */
  readonly markMs?: number | undefined;
}

/** A mark comes no earlier than this after the one before it, in event time. */
export const MARK_STEP_MS = 300_000;

/**
 * Follows the rows of a feed in their order and says when a mark is due. A mark belongs right behind the row or the
 * file that brought it about. Marks only grow; nothing is said before anything is known.
 */
export interface ProgressTracker {
  /** After a row: complete-through to be marked now, where it has moved a step. */
  observe(occurredAtMs: number): number | undefined;
  /** After a file: complete-through to be marked now. @param endMs time that the file's name says. */
  endFile(endMs?: number): number | undefined;
  /** What has not been marked because it is less than a step; for times when no rows come. */
  flush(): number | undefined;
  /** Nothing else happened before this instant, by other knowledge than rows; marked where it is a step on. */
  raise(completeThroughMs: number): number | undefined;
  saved(): SavedProgress;
}

export function createProgressTracker(rule: ProgressRule, start: SavedProgress = {}): ProgressTracker {
  let fileEndMs = start.fileEndMs ?? -Infinity;
  let markMs = start.markMs ?? -Infinity;
  const boundMs = boundOf(rule);
  const maxStepMs = maxStepOf(rule);
  const front = createEventFront(
    { maxStepMs, boundMs: boundMs ?? Infinity },
    { frontMs: start.maxEventMs, leaptMs: start.leaptMs },
  );
  let fileFromMs = front.frontMs;

  function markIf(candidateMs: number, stepMs: number): number | undefined {
    if (candidateMs === -Infinity || candidateMs < markMs + stepMs) return undefined;
    markMs = candidateMs;
    return candidateMs;
  }

  /** What the rows and files seen so far tell. */
  const known = (): number => (boundMs === undefined ? fileEndMs : front.frontMs - boundMs);

  return {
    observe(occurredAtMs) {
      if (rule.mode === 'stated') return undefined;
      const beforeMs = front.frontMs;
      front.observe(occurredAtMs, markMs + (boundMs ?? 0));
      if (boundMs === undefined || front.frontMs === beforeMs) return undefined;
      return markIf(known(), MARK_STEP_MS);
    },
    endFile(endMs) {
      front.settle();
      if (rule.mode === 'end-of-file') {
        fileEndMs = Math.max(fileEndMs, endMs ?? front.frontMs);
        // Rows of a file come in any order, so that only its end shows whether those ahead had company.
        if (front.frontMs > fileFromMs) front.forgetLeaps();
        fileFromMs = front.frontMs;
      }
      return markIf(known(), 1);
    },
    flush() {
      front.settle();
      return markIf(known(), 1);
    },
    raise: (completeThroughMs) => (rule.mode === 'stated' ? undefined : markIf(completeThroughMs, MARK_STEP_MS)),
    saved() {
      const { frontMs, leaptMs } = front.saved();
      return { maxEventMs: frontMs, leaptMs, fileEndMs: finite(fileEndMs), markMs: finite(markMs) };
    },
  };
}

/** How much older than the newest row one may be; undefined where rows say nothing of progress. */
export function boundOf(rule: ProgressRule): number | undefined {
  if (rule.mode === 'ordered') return 0;
  return rule.mode === 'bounded-disorder' ? rule.boundMs : undefined;
}

/** How far one row may lead progress on before others confirm it. */
export function maxStepOf(rule: ProgressRule): number {
  return (rule.mode === 'stated' ? undefined : rule.maxStepMs) ?? DEFAULT_MAX_STEP_MS;
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
