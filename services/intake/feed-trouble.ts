import type { Part } from '../platform/process/part-board.ts';

/** What keeps a feed from going on, by where it lies. */
export interface FeedTrouble {
  has(where: string, cause: string): void;
  /** The feed is up again when nothing is left. */
  isOver(where: string): void;
  /** The feed ends: nothing more is told. */
  close(): void;
}

/** @param detail of the feed's part while it has no trouble. */
export function createFeedTrouble(part: Pick<Part, 'up' | 'missing'>, detail: () => string): FeedTrouble {
  const causes = new Map<string, string>();
  let isOpen = true;
  return {
    has(where, cause) {
      if (!isOpen) return;
      causes.set(where, cause);
      part.missing(cause);
    },
    isOver(where) {
      if (!isOpen || !causes.delete(where)) return;
      const [left] = causes.values();
      if (left === undefined) part.up(detail());
      else part.missing(left);
    },
    close() {
      isOpen = false;
    },
  };
}
