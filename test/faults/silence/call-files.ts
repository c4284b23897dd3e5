import { FIRST_DAY_MS } from '../../support/regular-life.ts';

const DAY_MS = 86_400_000;
const CALL_HOURS = [9, 15, 21];

export interface CallFile {
  /** Bears the day at whose midnight (UTC) it ends, as yyyyMMdd. */
  readonly name: string;
  readonly content: string;
  readonly rows: number;
}

/** Feed file of the calls in such files, of which each says by its name how far it is complete. */
export function callFeed(folder: string): string {
  return `feed: voice
source: { type: folder, path: ${folder}, watch: true }
progress: { mode: end-of-file, fileNameTime: { format: yyyyMMdd, timeZone: UTC } }
mapping:
  format: csv
  timeZone: UTC
  numbers: { countryCode: '86' }
  records:
    - event: call
      id: [ref]
      subscriber: msisdn
      occurredAt: { from: time, format: yyyyMMddHHmmss }
      fields:
        direction: { value: mobile_originated }
        result: { value: answered }
        durationS: { from: duration, unit: s }
        callReference: ref
`;
}

/** Calls of one day, three of each caller; a quarter of them calls no more from a day on. */
export function callFile(day: number, callers: number, silentFromDay: number): CallFile {
  const lines = ['ref,msisdn,time,duration'];
  for (const hour of CALL_HOURS) {
    for (let caller = 0; caller < callers; caller++) {
      if (caller % 4 === 0 && day >= silentFromDay) continue;
      const atMs = FIRST_DAY_MS + day * DAY_MS + hour * 3_600_000 + caller * 1_000;
      const time = digitsOf(atMs).slice(0, 14);
      lines.push(`r${day}-${hour}-${caller},1390000${String(caller).padStart(4, '0')},${time},${30 + caller}`);
    }
  }
  const ends = digitsOf(FIRST_DAY_MS + (day + 1) * DAY_MS).slice(0, 8);
  return { name: `calls-${ends}.csv`, content: `${lines.join('\n')}\n`, rows: lines.length - 1 };
}

function digitsOf(atMs: number): string {
  return new Date(atMs).toISOString().replaceAll(/\D/g, '');
}
