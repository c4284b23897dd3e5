import type { ListedFile } from './list-folder.ts';

/** What to do about a folder after having looked at it. */
export type FolderStep =
  | { readonly kind: 'read'; readonly file: ListedFile }
  /** A file is still being written, as far as can be told: look again. */
  | { readonly kind: 'unsettled'; readonly name: string }
  | { readonly kind: 'all-read' };

export interface FolderQueue {
  /** The first file by name that has not been read; it must stand as it did at the look before. */
  next(files: readonly ListedFile[]): FolderStep;
  /** Not to be given again while it stands as it does. */
  read(file: ListedFile): void;
}

/**
 * Files in the order of their names. A file that changes between two looks holds up those behind it: what a later one
 * says of the feed's progress must not overtake it.
 *
 * @param isKnown files that were read before, as they stand.
 */
export function createFolderQueue(isKnown: (file: ListedFile) => boolean): FolderQueue {
  let before = new Map<string, string>();
  const read = new Map<string, string>();
  return {
    next(files) {
      const seen = before;
      before = new Map(files.map((file) => [file.name, standOf(file)]));
      for (const file of files) {
        const stand = standOf(file);
        if (read.get(file.name) === stand || isKnown(file)) continue;
        if (seen.get(file.name) !== stand) return { kind: 'unsettled', name: file.name };
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
