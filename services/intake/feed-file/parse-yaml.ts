import { isScalar, parseDocument, visit } from 'yaml';
import type { Document } from 'yaml';
import type { Checked } from '../mapping/map-row.ts';

/**
 * Parses YAML to plain values. Keys stay as they are written (0086 is no 86), and numbers that would lose leading zeros
 * are refused: prefixes and codes are texts.
 */
export function parseYaml(text: string): Checked<unknown> {
  const document = parseDocument(text, { merge: true });
  const mistakes = [...document.errors, ...document.warnings].map(({ message }) => message.split('\n')[0] ?? message);
  visit(document, {
    Pair(_, { key }) {
      // The merge key << is a symbol.
      if (isScalar(key) && typeof key.value !== 'symbol' && key.source !== undefined) key.value = key.source;
    },
    Scalar(position, { value, source }) {
      if (position === 'key' || typeof value !== 'number' || source === undefined) return;
      if (/^[+-]?0\d/.test(source)) mistakes.push(`${source}: expected quotes around it, for it begins with 0`);
    },
  });
  if (mistakes.length > 0) return { ok: false, mistakes };
  return resolved(document);
}

/** Aliases and merges are looked at only here: the library throws for those that lead nowhere, and for too many. */
function resolved(document: Document): Checked<unknown> {
  try {
    const value: unknown = document.toJS();
    return { ok: true, value };
  } catch (error) {
    return { ok: false, mistakes: [error instanceof Error ? error.message : 'YAML that cannot be resolved'] };
  }
}
