import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { reasonOf, type Misfit } from './misfit.ts';

/** Of a bundle's files, the largest are around a megabyte. */
export const MAX_FILE_BYTES = 64 * 1_048_576;

/**
 * The files of a folder and the folders in it, by name with `/`, with the path that each is to be read from.
 *
 * A volume that Kubernetes fills from a ConfigMap holds its files in a folder such as `..2026_11_22`, that `..data` links
 * to; beside it, each name is a link through `..data`. So links are followed as long as they stay within the folder, those
 * to folders at the top only, and what begins with `..` at the top is no part of the bundle.
 *
 * @throws where the folder cannot be read.
 */
export async function listBundleFiles(
  directory: string,
): Promise<{ readonly paths: ReadonlyMap<string, string>; readonly misfits: readonly Misfit[] }> {
  const root = await realpath(directory);
  const paths = new Map<string, string>();
  const misfits: Misfit[] = [];

  async function list(folder: string, prefix: string): Promise<void> {
    const isTop = prefix === '';
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const name = `${prefix}${entry.name}`;
      if (isTop && entry.name.startsWith('..') && !entry.isFile()) continue;
      await take(name, path.join(folder, entry.name), !entry.isSymbolicLink() || isTop);
    }
  }

  async function take(name: string, at: string, mayBeFolder: boolean): Promise<void> {
    try {
      const real = await realpath(at);
      if (!real.startsWith(root + path.sep)) {
        misfits.push({ where: name, expected: 'a file of this folder', found: 'a link that leaves it' });
        return;
      }
      const found = await stat(real);
      if (found.isDirectory() && mayBeFolder) await list(real, `${name}/`);
      else if (!found.isFile()) misfits.push({ where: name, expected: 'a regular file', found: 'something else' });
      else if (found.size > MAX_FILE_BYTES) {
        misfits.push({ where: name, expected: `at most ${MAX_FILE_BYTES} bytes`, found: `${found.size}` });
      } else paths.set(name, real);
    } catch (error) {
      misfits.push({ where: name, expected: 'a readable file', found: reasonOf(error) });
    }
  }

  await list(root, '');
  return { paths, misfits };
}
