import { toImei } from './device-id.ts';
import { withoutSeparators } from './number-format.ts';
import type { PhoneNumber } from './number-format.ts';

/** International digits behind a prefix at most; an IMEI, IMEISV or IMSI has 14 to 16 digits. */
const MAX_DIGITS = 18;
const DIGITS = /^\+?\d{7,18}$/;
/** The longest with a separator between any two digits, and "tel:" before. */
const MAX_WRITTEN_LENGTH = 2 * MAX_DIGITS + 5;

/**
 * Whether a text that is said to be a pseudonym reads as a phone number or device id in clear: 7 to 18 digits, with or
 * without + and separators, or whatever else the mapping reads as a party's number.
 */
export function readsAsRawNumber(text: string, readNumber: (text: string) => PhoneNumber | undefined): boolean {
  if (text.length > MAX_WRITTEN_LENGTH) return false;
  return DIGITS.test(withoutSeparators(text)) || toImei(text) !== undefined || readNumber(text)?.kind === 'party';
}
