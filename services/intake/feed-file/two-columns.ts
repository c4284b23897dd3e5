import type { Checked } from '../mapping/map-row.ts';

/**
 * Reads a CSV file of two columns, key and value, without header; empty lines and lines that begin with # are left out.
 * A key that stands twice with two values is a mistake.
 */
export function parseTwoColumns(text: string): Checked<Record<string, string>> {
  const values = new Map<string, string>();
  const mistakes: string[] = [];
  text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .forEach((line, index) => {
      if (line.trim() === '' || line.startsWith('#')) return;
      const match = /^\s*("?)([^",;]+)\1\s*[,;]\s*("?)([^",;]*)\3\s*$/.exec(line);
      const key = match?.[2]?.trim();
      const value = match?.[4]?.trim();
      if (key === undefined || value === undefined) {
        mistakes.push(`line ${index + 1}: expected key,value`);
        return;
      }
      if (values.has(key) && values.get(key) !== value) mistakes.push(`line ${index + 1}: its key stands twice`);
      values.set(key, value);
    });
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, value: Object.fromEntries(values) };
}
