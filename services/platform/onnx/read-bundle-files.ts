import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseSums, SUMS } from './parse-sums.ts';
import { reasonOf, type Checked, type Misfit } from './misfit.ts';

export interface BundleFile {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/**
 * Reads every file of a bundle once and holds it to SHA256SUMS: each listed file has its sum, each file there is
 * listed, none of the required ones is missing. Later steps use these bytes, so what was checked is what is served.
 *
 * What is read is what lies in the folder, never what the list names: a list cannot lead out of it, nor can a link.
 */
export async function readBundleFiles(
  directory: string,
  required: readonly string[],
): Promise<Checked<ReadonlyMap<string, BundleFile>>> {
  let entries: readonly Dirent[];
  try {
    entries = await readdir(directory, { recursive: true, withFileTypes: true });
  } catch (error) {
    return { value: undefined, misfits: [{ where: directory, expected: 'a readable folder', found: reasonOf(error) }] };
  }
  const misfits: Misfit[] = [];
  const files = new Map<string, BundleFile>();
  for (const entry of entries) {
    if (entry.isDirectory()) continue;
    const absolute = path.join(entry.parentPath, entry.name);
    const name = path.relative(directory, absolute).split(path.sep).join('/');
    if (!entry.isFile()) {
      const found = entry.isSymbolicLink() ? 'a symbolic link' : 'something else';
      misfits.push({ where: name, expected: 'a regular file', found });
      continue;
    }
    try {
      const bytes = await readFile(absolute);
      files.set(name, { bytes, sha256: createHash('sha256').update(bytes).digest('hex') });
    } catch (error) {
      misfits.push({ where: name, expected: 'a readable file', found: reasonOf(error) });
    }
  }
  misfits.push(...checkSums(files, required));
  files.delete(SUMS);
  return { value: files, misfits };
}

function checkSums(files: ReadonlyMap<string, BundleFile>, required: readonly string[]): readonly Misfit[] {
  const list = files.get(SUMS);
  if (list === undefined) return [{ where: SUMS, expected: 'a file', found: 'none' }];
  const { value: sums = new Map<string, string>(), misfits } = parseSums(list.bytes);
  return [
    ...misfits,
    ...required
      .filter((name) => !sums.has(name))
      .map((name) => ({ where: SUMS, expected: `a line for ${name}`, found: 'none' })),
    ...[...files].flatMap(([name, { sha256 }]): readonly Misfit[] => {
      if (name === SUMS) return [];
      const expected = sums.get(name);
      if (expected === undefined)
        return [{ where: name, expected: `to be listed in ${SUMS}`, found: 'no line for it' }];
      return expected === sha256 ? [] : [{ where: name, expected: `SHA-256 ${expected}`, found: sha256 }];
    }),
    ...[...sums.keys()]
      .filter((name) => !files.has(name))
      .map((name) => ({ where: name, expected: `a file, as ${SUMS} lists it`, found: 'none' })),
  ];
}
