import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { reasonOf, type Checked, type Misfit } from './misfit.ts';

const SUMS = 'SHA256SUMS';
const REQUIRED = ['model.onnx', 'MLmodel', 'feature_schema.json', 'thresholds.json', 'golden.jsonl', 'MODEL_CARD.md'];

export interface BundleFile {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/**
 * Reads every file of a bundle once and holds it to SHA256SUMS: each listed file has its sum, each file there is
 * listed, none of the required ones is missing. Later steps use these bytes, so what was checked is what is served.
 */
export async function readBundleFiles(directory: string): Promise<Checked<ReadonlyMap<string, BundleFile>>> {
  let names: readonly string[];
  let sumsText: string;
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    names = entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
    sumsText = await readFile(path.join(directory, SUMS), 'utf8');
  } catch (error) {
    return { value: undefined, misfits: [{ where: SUMS, expected: 'a readable bundle', found: reasonOf(error) }] };
  }

  const { value: sums = new Map<string, string>(), misfits: badLines } = parseSums(sumsText);
  const misfits: Misfit[] = [...badLines];
  for (const name of REQUIRED) {
    if (!sums.has(name)) misfits.push({ where: SUMS, expected: `a line for ${name}`, found: 'none' });
  }
  const files = new Map<string, BundleFile>();
  for (const name of names) {
    if (name === SUMS) continue;
    const expected = sums.get(name);
    const bytes = await readFile(path.join(directory, name));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    files.set(name, { bytes, sha256 });
    if (expected === undefined) {
      misfits.push({ where: name, expected: `to be listed in ${SUMS}`, found: 'no line for it' });
    } else if (expected !== sha256) {
      misfits.push({ where: name, expected: `SHA-256 ${expected}`, found: sha256 });
    }
  }
  for (const name of sums.keys()) {
    if (!files.has(name)) misfits.push({ where: name, expected: `a file, as ${SUMS} lists it`, found: 'none' });
  }
  return { value: files, misfits };
}

/** Lines as sha256sum writes them: sum, blank, blank or star, name. */
function parseSums(text: string): Checked<ReadonlyMap<string, string>> {
  const sums = new Map<string, string>();
  const misfits: Misfit[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const [, sum, name] = /^([0-9a-f]{64}) [ *](?:\.\/)?(.+)$/.exec(line) ?? [];
    if (sum === undefined || name === undefined) {
      misfits.push({ where: SUMS, expected: 'lines of sha256sum', found: JSON.stringify(line.slice(0, 80)) });
    } else {
      sums.set(name, sum);
    }
  }
  return { value: sums, misfits };
}
