/** How far a feed is known to be complete follows from its rows by one of these. */
export type ProgressRule =
  /** Rows come in the order of their time. */
  | { readonly mode: 'ordered' }
  /** A row is at most this much older than the newest before it. */
  | { readonly mode: 'bounded-disorder'; readonly boundMs: number }
  /** A file is complete when it ends. */
  | { readonly mode: 'end-of-file' }
  /** The source holds marks of its own. */
  | { readonly mode: 'stated' };

/** What of a feed's progress outlives a process. */
export interface SavedProgress {
  /** Newest event of the rows that the log holds. */
  readonly maxEventMs?: number | undefined;
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
  let maxEventMs = start.maxEventMs ?? -Infinity;
  let fileEndMs = start.fileEndMs ?? -Infinity;
  let markMs = start.markMs ?? -Infinity;
  const boundMs = boundOf(rule);

  function markIf(candidateMs: number, stepMs: number): number | undefined {
    if (candidateMs === -Infinity || candidateMs < markMs + stepMs) return undefined;
    markMs = candidateMs;
    return candidateMs;
  }

  /** What the rows and files seen so far tell. */
  const known = (): number => (boundMs === undefined ? fileEndMs : maxEventMs - boundMs);

  return {
    observe(occurredAtMs) {
      if (occurredAtMs <= maxEventMs) return undefined;
      maxEventMs = occurredAtMs;
      return boundMs === undefined ? undefined : markIf(known(), MARK_STEP_MS);
    },
    endFile(endMs) {
      if (rule.mode === 'end-of-file') fileEndMs = Math.max(fileEndMs, endMs ?? maxEventMs);
      return markIf(known(), 1);
    },
    flush: () => markIf(known(), 1),
    raise: (completeThroughMs) => (rule.mode === 'stated' ? undefined : markIf(completeThroughMs, MARK_STEP_MS)),
    saved: () => ({
      maxEventMs: finite(maxEventMs),
      fileEndMs: finite(fileEndMs),
      markMs: finite(markMs),
    }),
  };
}

/** How much older than the newest row one may be; undefined where rows say nothing of progress. */
export function boundOf(rule: ProgressRule): number | undefined {
  if (rule.mode === 'ordered') return 0;
  return rule.mode === 'bounded-disorder' ? rule.boundMs : undefined;
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
