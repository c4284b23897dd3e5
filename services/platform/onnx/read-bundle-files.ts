import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { listBundleFiles } from './list-bundle-files.ts';
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
  const misfits: Misfit[] = [];
  const files = new Map<string, BundleFile>();
  let paths: ReadonlyMap<string, string>;
  try {
    const listed = await listBundleFiles(directory);
    ({ paths } = listed);
    misfits.push(...listed.misfits);
  } catch (error) {
    return { value: undefined, misfits: [{ where: directory, expected: 'a readable folder', found: reasonOf(error) }] };
  }
  for (const [name, at] of paths) {
    try {
      const bytes = await readFile(at);
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
