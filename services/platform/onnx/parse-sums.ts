import { textOf } from './json-document.ts';
import { shown, type Checked, type Misfit } from './misfit.ts';

export const SUMS = 'SHA256SUMS';

/** Lines as sha256sum writes them: sum, blank, blank or star, name. The value is the sum in hex by name. */
export function parseSums(bytes: Uint8Array): Checked<ReadonlyMap<string, string>> {
  const sums = new Map<string, string>();
  const misfits: Misfit[] = [];
  for (const line of textOf(bytes).split('\n')) {
    if (line.trim() === '') continue;
    const [, sum, name] = /^([0-9a-f]{64}) [ *](?:\.\/)?(.+)$/.exec(line) ?? [];
    if (sum === undefined || name === undefined) {
      misfits.push({ where: SUMS, expected: 'lines of sha256sum', found: shown(line) });
    } else if (!isInside(name)) {
      misfits.push({ where: SUMS, expected: 'names of files in this folder', found: shown(name) });
    } else if (sums.has(name)) {
      misfits.push({ where: SUMS, expected: `one line for ${name}`, found: 'several' });
    } else {
      sums.set(name, sum);
    }
  }
  return { value: sums, misfits };
}

/** A relative name with slashes that goes down only. */
function isInside(name: string): boolean {
  return !name.includes('\\') && name.split('/').every((step) => step !== '' && step !== '.' && step !== '..');
}
