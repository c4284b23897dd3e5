const MAX_TOLD = 40;
const MAX_NAME_LENGTH = 40;
const MAX_DIGITS = 3;
/** A name and no value: it begins with a letter. */
const NAME = /^\p{L}[\p{L}\p{N}_ .:/()-]*$/u;

/**
 * The columns that a file has, for a message that some do not fit. Where a file has no header line its first row stands
 * in their place, with a customer's number in it: only what looks like a name is told, and nothing where a cell does not.
 */
export function tellColumns(columns: readonly string[]): string {
  const names = columns.map((name) => name.trim());
  const count = `${names.length} ${names.length === 1 ? 'column was' : 'columns were'} found`;
  const hint = 'does the file have a header line? csv.header lists the names otherwise';
  const told = names.some(isValue) ? [] : names.filter(isName);
  if (told.length === 0) return `${count}, without names that could be told: ${hint}`;
  const left = names.length - Math.min(told.length, MAX_TOLD);
  const others = left === 0 ? '' : ` and ${left} more`;
  return `${count}: ${told.slice(0, MAX_TOLD).join(', ')}${others}; ${hint}`;
}

function isName(text: string): boolean {
  return text.length <= MAX_NAME_LENGTH && digitsIn(text) <= MAX_DIGITS && NAME.test(text);
}

/** Digits with no letter before them are a number or a time, and no column is named like an address of mail. */
function isValue(text: string): boolean {
  return text.includes('@') || (digitsIn(text) > MAX_DIGITS && !/^\p{L}/u.test(text));
}

function digitsIn(text: string): number {
  return text.replace(/\P{Nd}/gu, '').length;
}
