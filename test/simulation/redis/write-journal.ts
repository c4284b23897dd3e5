type UndoStep = () => void;

/** The way back from the last writes. */
export interface WriteJournal {
  /** Keeps the steps that undo a command; a command without steps changed nothing and is no write. */
  keep(steps: readonly UndoStep[]): void;
  writes(): number;
  losable(): number;
  /** @throws RangeError for more than `losable`. */
  undoLast(count: number): void;
}

/** @param limit writes that can be undone, at least */
export function createWriteJournal(limit: number): WriteJournal {
  const kept: (readonly UndoStep[])[] = [];
  let writes = 0;
  return {
    keep(steps) {
      if (steps.length === 0) return;
      kept.push(steps);
      writes += 1;
      // In halves, so that forgetting the oldest costs little for each write.
      if (kept.length > 2 * limit) kept.splice(0, kept.length - limit);
    },
    writes: () => writes,
    losable: () => kept.length,
    undoLast(count) {
      if (!Number.isInteger(count) || count < 0 || count > kept.length) {
        throw new RangeError(`of ${writes} writes the last ${kept.length} can be undone, not ${count}`);
      }
      for (const steps of kept.splice(kept.length - count).reverse()) {
        for (const step of steps.toReversed()) step();
      }
      writes -= count;
    },
  };
}
