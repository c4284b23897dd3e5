import { readFileSync } from 'node:fs';
import { placeOf } from './letter-shelf.ts';

/**
 * Reads mended records: a line of JSON each, `{"partition": 0, "offset": "12", "record": {…}}`, where place and offset
 * are those of the letter's origin.
 *
 * @param mistakes gets one line per line that is malformed; never its content.
 */
export function readMended(path: string, mistakes: string[]): ReadonlyMap<string, unknown> {
  const mended = new Map<string, unknown>();
  let lines: string[];
  try {
    lines = readFileSync(path, 'utf8').split('\n');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    mistakes.push(`--with: the file cannot be read (${code})`);
    return mended;
  }
  lines.forEach((line, i) => {
    if (line.trim() === '') return;
    const parsed = parseLine(line);
    if (parsed === undefined) mistakes.push(`--with, line ${i + 1}: expected {"partition", "offset", "record"}`);
    else if (mended.has(parsed.place)) mistakes.push(`--with, line ${i + 1}: ${parsed.place} is there twice`);
    else mended.set(parsed.place, parsed.record);
  });
  return mended;
}

function parseLine(line: string): { readonly place: string; readonly record: unknown } | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  if (!('partition' in parsed && 'offset' in parsed && 'record' in parsed)) return undefined;
  const { partition, offset, record } = parsed;
  if (!Number.isSafeInteger(partition) || !/^\d+$/.test(String(offset))) return undefined;
  return { place: placeOf(Number(partition), BigInt(String(offset))), record };
}
