const MAX_TOLD_LENGTH = 99;

/**
 * What kind of value a text is, and how long, so that a reject can be understood without its content: "absent",
 * "empty", "digits(11)", "number", "text(5)". Of a text of more than 99 characters only that is told: a cell may hold
 * megabytes, and nobody needs to know what kind they are.
 */
export function valueClassOf(text: string | undefined): string {
  if (text === undefined) return 'absent';
  const trimmed = text.trim();
  if (trimmed === '') return 'empty';
  if (trimmed.length > MAX_TOLD_LENGTH) return `text(more than ${MAX_TOLD_LENGTH})`;
  if (/^\d+$/.test(trimmed)) return `digits(${trimmed.length})`;
  if (/^[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)$/.test(trimmed)) return 'number';
  return `text(${trimmed.length})`;
}

/** The same of a parsed JSON value. */
export function jsonClassOf(value: unknown): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  if (typeof value === 'string') return valueClassOf(value);
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 ? valueClassOf(String(value)) : 'number';
  if (typeof value === 'boolean') return 'boolean';
  return Array.isArray(value) ? 'list' : 'object';
}
