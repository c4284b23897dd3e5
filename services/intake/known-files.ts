import type { KeepTrying } from './keep-trying.ts';
import type { FilePositions, KnownFile } from './positions/file-positions.ts';
import type { ListedFile } from './sources/list-folder.ts';

const PRUNE_EVERY_MS = 86_400_000;

/** What is known of the files of a folder, so that they need not be read to be known again. */
export interface KnownFiles {
  /** Asks for those that it has not been asked of yet; once a day forgets those that are gone. */
  learn(files: readonly ListedFile[], nowMs: number): Promise<void>;
  /** Whether a path stands as it did when its content was read to the end. */
  isRead(file: ListedFile): boolean;
  /** Whether a path that was read before holds more now. */
  hasGrown(file: ListedFile): boolean;
  note(path: string, content: KnownFile): Promise<void>;
}

export function createKnownFiles(
  positions: Pick<FilePositions, 'readDone' | 'readKnownFiles' | 'writeKnownFile' | 'prune'>,
  keepTrying: KeepTrying,
): KnownFiles {
  /** By path; undefined where nothing is known. */
  let known = new Map<string, KnownFile | undefined>();
  let done = new Set<string>();
  let prunedAtMs = -Infinity;

  return {
    async learn(files, nowMs) {
      const asked = files.map(({ path }) => path).filter((path) => !known.has(path));
      if (asked.length > 0) {
        const found = await keepTrying('redis', () => positions.readKnownFiles(asked));
        for (const path of asked) known.set(path, found.get(path));
        // A path is noted apart from its content's position: if Redis lost the one, the other must not hide that.
        const digests = [...new Set([...found.values()].map(({ digest }) => digest))];
        for (const digest of await keepTrying('redis', () => positions.readDone(digests))) done.add(digest);
      }
      // A folder without any file may be one that is not mounted.
      if (files.length === 0 || nowMs < prunedAtMs + PRUNE_EVERY_MS) return;
      prunedAtMs = nowMs;
      const paths = new Set(files.map(({ path }) => path));
      await keepTrying('redis', () => positions.prune(paths, nowMs));
      known = new Map([...known].filter(([path]) => paths.has(path)));
      const standing = new Set([...known.values()].map((file) => file?.digest));
      done = new Set([...done].filter((digest) => standing.has(digest)));
    },
    isRead(file) {
      const { size, modifiedMs, digest = '' } = known.get(file.path) ?? {};
      return size === file.size && modifiedMs === file.modifiedMs && done.has(digest);
    },
    hasGrown({ path, size }) {
      const before = known.get(path);
      return before !== undefined && size > before.size;
    },
    async note(path, { size, modifiedMs, digest }) {
      const file = { size, modifiedMs, digest };
      known.set(path, file);
      done.add(digest);
      await keepTrying('redis', () => positions.writeKnownFile(path, file));
    },
  };
}
