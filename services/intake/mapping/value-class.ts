const MAX_TOLD_LENGTH = 99;

/**
 * What kind of value a text is, and how long, so that a reject can be understood without its content: "absent",
 * "empty", "digits(11)", "number", "text(5)".
 */
export function valueClassOf(text: string | undefined): string {
  if (text === undefined) return 'absent';
  const trimmed = text.trim();
  if (trimmed === '') return 'empty';
  if (/^\d+$/.test(trimmed)) return `digits(${lengthOf(trimmed)})`;
  if (/^[+-]?\d*[.,]?\d+$/.test(trimmed)) return 'number';
  return `text(${lengthOf(trimmed)})`;
}

function lengthOf(text: string): string {
  return text.length > MAX_TOLD_LENGTH ? `more than ${MAX_TOLD_LENGTH}` : String(text.length);
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
