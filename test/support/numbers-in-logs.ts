import { filePlaces } from '../faults/privacy/file-places.ts';
import { FOREIGN_NEEDLES, NEEDLES } from '../faults/privacy/marked-things.ts';
import type { Needle } from '../faults/privacy/markers.ts';
import { search, tellHit } from '../faults/privacy/search.ts';

/** Ids of members, records and checksums may hold as many digits in a row by chance. */
const RANDOM_ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b(?=\d*[a-f])[0-9a-f]{12,}\b/g;
/** With a country code, a zero or nothing in front, and no digit, so that times, offsets and decimals are none. */
const IN_A_ROW = /(?<!\d|\d\.)(?:(?:00)?86[ -]?|0)?1[3-9]\d{9}(?!\d)/;
const IN_GROUPS = /(?<![\w.-])1[3-9]\d([ .-])\d{4}\1\d{4}(?![\w.-])/;

/** Any mobile number of mainland China, whether or not a test knows of it. */
export const ANY_MOBILE_NUMBER: Needle = {
  of: 'a mobile number of China',
  how: 'as text',
  isIn(bytes) {
    const text = bytes.toString('latin1').replaceAll(RANDOM_ID, '#');
    return IN_A_ROW.test(text) || IN_GROUPS.test(text);
  },
};

const WANTED: readonly Needle[] = [ANY_MOBILE_NUMBER, ...NEEDLES, ...FOREIGN_NEEDLES];

/**
 * Looks for phone numbers, and for the names and secrets that tests mark, in all files below a folder that end in `.log`.
 *
 * @returns the file and what stands in it, never the number.
 */
export function numbersInLogs(folder: string): string[] {
  const logs = filePlaces('log of a process', folder, (path) => !path.endsWith('.log'));
  return [...new Set(search(logs, WANTED).map(tellHit))];
}
