const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CALL_HOURS = [9, 15, 21];
/** How long ago the calls of this moment were, in whole seconds of a right clock. */
const SECONDS_AGO = [0, 1, 15, 120, 600];

export interface CallFile {
  /** Bears the instant through which it is complete, as yyyyMMddHHmmss (UTC) and what is left of it. */
  readonly name: string;
  readonly content: string;
  readonly rows: number;
}

export interface Callers {
  readonly callers: number;
  /** Midnight (UTC) at which their first day begins. */
  readonly firstDayMs: number;
  /** A quarter of them calls no more from this day on. */
  readonly silentFromDay: number;
}

/** The longest time before its making that a file of `callsOfThisMoment` speaks of. */
export const LONGEST_AGO_MS = Math.max(...SECONDS_AGO) * 1_000;

/** Feed file of the calls in such files, of which each says by its name how far it is complete. */
export function callFeed(folder: string): string {
  return `feed: voice
source: { type: folder, path: ${folder}, watch: true, settleSeconds: 3 }
progress: { mode: end-of-file, fileNameTime: { format: yyyyMMddHHmmss, timeZone: UTC } }
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

/** Calls of one day (0 is the first), three of each caller; complete through the midnight at its end. */
export function callsOfDay({ callers, firstDayMs, silentFromDay }: Callers, day: number): CallFile {
  const rows = CALL_HOURS.flatMap((hour) =>
    callersOf(callers, day < silentFromDay).map((caller) =>
      rowOf(`r${day}-${hour}`, caller, firstDayMs + day * DAY_MS + hour * HOUR_MS + caller * 1_000),
    ),
  );
  return fileOf(rows, firstDayMs + (day + 1) * DAY_MS);
}

/**
 * One call of each who still calls, of the last seconds and minutes before an instant. Complete through an hour before
 * it: a name that says more is believed up to the clock of who reads it.
 *
 * @param nowMs by a right clock.
 * @param name that no other of these files has, for its rows' ids.
 */
export function callsOfThisMoment({ callers }: Callers, nowMs: number, name: string): CallFile {
  const rows = callersOf(callers, false).map((caller, place) =>
    rowOf(name, caller, nowMs - (SECONDS_AGO[place % SECONDS_AGO.length] ?? 0) * 1_000),
  );
  return fileOf(rows, nowMs - HOUR_MS);
}

function callersOf(callers: number, all: boolean): number[] {
  return Array.from({ length: callers }, (_, caller) => caller).filter((caller) => all || caller % 4 !== 0);
}

function rowOf(name: string, caller: number, atMs: number): string {
  return `${name}-${caller},1390000${String(caller).padStart(4, '0')},${digitsOf(atMs).slice(0, 14)},${30 + caller}`;
}

function fileOf(rows: readonly string[], completeThroughMs: number): CallFile {
  const content = `${['ref,msisdn,time,duration', ...rows].join('\n')}\n`;
  return { name: `calls-${digitsOf(completeThroughMs)}.csv`, content, rows: rows.length };
}

/** yyyyMMddHHmmss and milliseconds, which only keep the names of two files of a second apart. */
function digitsOf(atMs: number): string {
  return new Date(atMs).toISOString().replaceAll(/\D/g, '');
}
