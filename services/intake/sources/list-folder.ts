import { readdir, stat } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';

/** A file of a folder as it stands. */
export interface ListedFile {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly modifiedMs: number;
}

/** Names that writers give to what is not finished. */
const UNFINISHED = /^\.|\.(tmp|part|partial|filepart|crdownload|swp)$|~$/i;

/** The files of a folder that match a pattern, by name; hidden and unfinished ones are left out. */
export async function listFolder(folder: string, pattern: string): Promise<readonly ListedFile[]> {
  const files: ListedFile[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  for (const name of names.toSorted(byCodeUnits)) {
    if (UNFINISHED.test(name) || !matchesGlob(name, pattern)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() === true) files.push({ name, path, size: found.size, modifiedMs: found.mtimeMs });
  }
  return files;
}

/** Not by locale: the order must be the same on every machine. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
