import type { ListedFile } from './list-folder.ts';

/** What to do about a folder after having looked at it. */
export type FolderStep =
  | { readonly kind: 'read'; readonly file: ListedFile }
  /** A file is still being written, as far as can be told: look again. */
  | { readonly kind: 'unsettled'; readonly name: string }
  | { readonly kind: 'all-read' };

export interface FolderQueue {
  /** The first file by name that has not been read; it must have stood as it does for the settling time. */
  next(files: readonly ListedFile[], nowMs: number): FolderStep;
  /** Not to be given again while it stands as it does. */
  read(file: ListedFile): void;
}

/**
 * Files in the order of their names. A file that has not settled yet holds up those behind it: what a later one
 * says of the feed's progress must not overtake it.
 *
 * @param isKnown files that were read before, as they stand.
 * @param settleMs a file is complete when it has not changed for so long, and at two looks at least.
 */
export function createFolderQueue(isKnown: (file: ListedFile) => boolean, settleMs: number): FolderQueue {
  let before = new Map<string, { readonly stand: string; readonly sinceMs: number }>();
  const read = new Map<string, string>();
  return {
    next(files, nowMs) {
      const seen = before;
      before = new Map(
        files.map((file) => {
          const [stand, known] = [standOf(file), seen.get(file.name)];
          // A clock that is set back must not make a file wait until it has come so far again.
          return [file.name, { stand, sinceMs: known?.stand === stand ? Math.min(known.sinceMs, nowMs) : nowMs }];
        }),
      );
      for (const file of files) {
        const stand = standOf(file);
        if (read.get(file.name) === stand || isKnown(file)) continue;
        const known = seen.get(file.name);
        if (known?.stand !== stand || nowMs - known.sinceMs < settleMs) return { kind: 'unsettled', name: file.name };
        return { kind: 'read', file };
      }
      return { kind: 'all-read' };
    },
    read(file) {
      read.set(file.name, standOf(file));
    },
  };
}

function standOf({ size, modifiedMs }: ListedFile): string {
  return `${size}:${modifiedMs}`;
}
