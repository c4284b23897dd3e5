/** Digits of an international number, of an IMEI or of an IMSI; a pseudonym is longer and has letters. */
const BARE = /^\+?\d{7,18}$/;
const MAX_BARE_LENGTH = 19;

/** Digits with at most two separators between them, in any script that writes them. */
const WRITTEN = String.raw`[+＋]?\p{Nd}(?:[\s.()/-]{0,2}\p{Nd}){6,}`;
const INSTANT = String.raw`\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?!\d)`;
const INSTANT_OR_WRITTEN = new RegExp(`(${INSTANT})|${WRITTEN}`, 'gu');
const SEVEN_DIGITS = /\d{7}/;
const NINE_WRITTEN_DIGITS = /\d(?:[ .()/-]{1,2}\d|\d){8}/;

/** Whether an id that should be a pseudonym is a phone number or a device id in clear. */
export function isBareNumber(id: string): boolean {
  return id.length <= MAX_BARE_LENGTH && BARE.test(id);
}

/**
 * Whether there may be a phone number in a text, or in bytes given as one character each, among whatever else. Rather
 * yes than no: long references have as many digits.
 */
export function mayHoldNumber(text: string): boolean {
  // UTF-16 has a zero byte beside each digit.
  const dense = text.includes('\0') ? text.replaceAll('\0', '') : text;
  return SEVEN_DIGITS.test(dense) || NINE_WRITTEN_DIGITS.test(dense);
}

/** What people wrote, with seven digits and more in a row left out, also with separators between them; dates stay. */
export function withoutNumbers(text: string): string {
  return text.replaceAll(INSTANT_OR_WRITTEN, (found: string, instant: string | undefined) =>
    instant === undefined ? '[number]' : found,
  );
}
