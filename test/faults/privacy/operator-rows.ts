import { VOICE_COLUMNS } from '../../support/operator-feeds.ts';
import { writtenWays } from './markers.ts';
import type { MarkedNumbers } from './markers.ts';

/** What stands in fields that no mapping asks for. */
export const PERSON = { name: 'Xaver Merkzettel', home: '芝麻街十七号', mail: 'x.merkzettel@post.example' } as const;
/** 14 digits; records add a check digit or a version to it. */
export const DEVICE_STEM = '35697788990';

export const DAY_MS = 86_400_000;
const UTC_OFFSET_MS = 8 * 3_600_000;
/** Midnight in China. */
export const START_MS = Date.parse('2025-01-06T00:00:00+08:00');
const COLUMNS = [...VOICE_COLUMNS, 'customerName', 'customerAddress', 'customerMail'] as const;

type Cells = Partial<Record<(typeof COLUMNS)[number], string>>;

/** A call in the evening of a day, its numbers written in one way or another. */
function callRow(numbers: MarkedNumbers, day: number, subscriber: number, changes: Cells = {}): string {
  const atMs = START_MS + day * DAY_MS + 20 * 3_600_000 + subscriber * 1_000;
  const way = (nth: number, turn: number): string => writtenWays(numbers.numberOf(nth))[turn % 8] ?? '';
  const cells: Cells = {
    recordType: 'MO',
    servedIMEI: `${DEVICE_STEM}${String(subscriber).padStart(3, '0')}`,
    servedMSISDN: way(subscriber, day + subscriber),
    callingNumber: way(subscriber, day),
    calledNumber: way((subscriber + 1) % 100, day + 1),
    recordingEntity: 'msc-1',
    locationAreaCode: '7',
    cellId: '12',
    seizureTime: switchTime(atMs),
    answerTime: switchTime(atMs),
    releaseTime: switchTime(atMs + 60_000),
    callDuration: '60',
    causeForTerm: '0',
    callReference: `c${day}-${subscriber}`,
    customerName: PERSON.name,
    customerAddress: PERSON.home,
    customerMail: PERSON.mail,
    ...changes,
  };
  return COLUMNS.map((column) => cells[column] ?? '').join(',');
}

/** What is wrong with calls, with a number in each place where it does not belong. */
const BAD_CALLS: readonly ((number: string) => Cells)[] = [
  (number) => ({ answerTime: number }),
  (number) => ({ callDuration: number }),
  (number) => ({ recordType: number }),
  (number) => ({ servedMSISDN: `${number}x` }),
  (number) => ({ servedMSISDN: `${PERSON.name} ${number}` }),
  (number) => ({ servedIMEI: `imei of ${number}` }),
  (number) => ({ customerName: `${number},${number},` }),
  (number) => ({ customerName: `"${number}` }),
];

/**
 * Calls of a day as a CSV.
 *
 * @param silent who does not call.
 */
export function callFile(
  numbers: MarkedNumbers,
  day: number,
  subscribers: number,
  silent: (nth: number) => boolean,
): string {
  const rows = [COLUMNS.join(',')];
  for (let subscriber = 0; subscriber < subscribers; subscriber++) {
    if (!silent(subscriber)) rows.push(callRow(numbers, day, subscriber));
  }
  BAD_CALLS.forEach((change, place) => {
    const number = writtenWays(numbers.numberOf((day + place) % 100))[(day + place) % 8] ?? '';
    rows.push(callRow(numbers, day, place, { ...change(number), callReference: `bad-${day}-${place}` }));
  });
  return `${rows.join('\n')}\n`;
}

export const BAD_CALLS_OF_A_DAY = BAD_CALLS.length;

/** Calls without the line that names the columns: the first row is taken for it. */
export function headlessFile(numbers: MarkedNumbers): string {
  return `${callRow(numbers, 0, 0)}\n${callRow(numbers, 0, 1)}\n`;
}

/** Tickets with what people write into them, and lines that are none. */
export function ticketFile(numbers: MarkedNumbers, day: number): string {
  const at = isoTime(START_MS + day * DAY_MS + 9 * 3_600_000);
  return writtenWays(numbers.numberOf(day))
    .flatMap((number, way) => {
      const ticket = {
        id: `t${day}-${way}`,
        ticketType: 'complaint',
        status: 'acknowledged',
        description: `${PERSON.name}, ${PERSON.home}: call back on ${number}`,
        creationDate: at,
        statusChangeDate: at,
        channel: { name: 'hotline' },
        relatedEntity: [{ id: number, '@referredType': 'MSISDN' }],
        relatedParty: [{ id: number, role: 'customer', name: PERSON.name }],
        note: [{ text: `reached at ${number}` }],
      };
      const bad = { ...ticket, id: `b${day}-${way}` };
      return [
        JSON.stringify(ticket),
        JSON.stringify({ ...bad, status: number }),
        JSON.stringify({ ...bad, statusChangeDate: number }),
        JSON.stringify({ ...bad, relatedEntity: [{ id: `${number} or so`, '@referredType': 'MSISDN' }] }),
        JSON.stringify({ ...bad, [number]: number, ticketType: undefined }),
        JSON.stringify([number]),
        JSON.stringify(number),
        `{"id": "${number}", "description": "${number}`,
      ];
    })
    .join('\n')
    .concat('\n');
}

/** Top-ups as records of an operator's own topic. */
export function topUps(
  numbers: MarkedNumbers,
  day: number,
): { readonly key: string; readonly value: string; readonly headers: Record<string, string> }[] {
  const at = isoTime(START_MS + day * DAY_MS + 10 * 3_600_000);
  return writtenWays(numbers.numberOf(day)).flatMap((number, way) => {
    const topUp = {
      id: `p${day}-${way}`,
      status: 'completed',
      confirmationDate: at,
      amount: { amount: 50, units: 'CNY' },
      description: `${PERSON.name} ${number}`,
      logicalResource: [{ '@type': 'MSISDN', value: number }],
    };
    const headers = { msisdn: number, customer: PERSON.name };
    return [
      JSON.stringify(topUp),
      JSON.stringify({ ...topUp, amount: { amount: number } }),
      JSON.stringify({ ...topUp, confirmationDate: number }),
      JSON.stringify({ ...topUp, logicalResource: [{ '@type': 'MSISDN', value: PERSON.name }] }),
      `${number};50;CNY`,
      '',
    ].map((value) => ({ key: number, value, headers }));
  });
}

function isoTime(atMs: number): string {
  return `${new Date(atMs + UTC_OFFSET_MS).toISOString().slice(0, 19)}+08:00`;
}

function switchTime(atMs: number): string {
  return `${isoTime(atMs).slice(2, 19).replaceAll(/[-:T]/g, '')}+0800`;
}
