import { VOICE_COLUMNS } from './operator-feeds.ts';

/** Stands for the two reasons of a row that ends nowhere: which one it is hangs on how much follows it. */
export const UNREADABLE = 'unreadable';

/** A way to spoil a good row, and how intake must tell of it. */
export interface Spoiling {
  /** Undefined for rows that it would leave good. */
  readonly spoil: (row: string) => string | undefined;
  readonly reason: string;
  readonly field: string;
}

/** Rows among which bad ones stand. */
export interface PlantedRows {
  readonly rows: readonly string[];
  /** By index in `rows`. */
  readonly bad: ReadonlyMap<number, Spoiling>;
}

/**
 * Adds spoiled copies of good rows right before these, so that the good ones stay whole.
 *
 * @param every one bad row to so many good ones; the kinds take turns.
 * @param goodBefore good rows of the feed before these, so that the shares of short slices add up.
 */
export function plantBadRows(
  good: readonly string[],
  kinds: readonly Spoiling[],
  every: number,
  goodBefore: number,
): PlantedRows {
  const rows: string[] = [];
  const bad = new Map<number, Spoiling>();
  let due: Spoiling | undefined;
  good.forEach((row, index) => {
    const place = goodBefore + index;
    if (place % every === Math.floor(every / 2)) due = kinds[Math.floor(place / every) % kinds.length];
    const spoiled = due?.spoil(row);
    if (due !== undefined && spoiled !== undefined) {
      bad.set(rows.length, due);
      rows.push(spoiled);
      due = undefined;
    }
    rows.push(row);
  });
  return { rows, bad };
}

type Column = (typeof VOICE_COLUMNS)[number];

/** Changes cells of an answered call. */
function inCall(change: (call: Record<Column, string>) => Partial<Record<Column, string>>): Spoiling['spoil'] {
  return (row) => {
    const cells = row.split(',');
    const call = Object.fromEntries(VOICE_COLUMNS.map((column, index) => [column, cells[index] ?? '']));
    const typed = call as Record<Column, string>;
    if (typed.answerTime === '') return undefined;
    const changed = { ...typed, ...change(typed) };
    return VOICE_COLUMNS.map((column) => changed[column]).join(',');
  };
}

export const BAD_CALLS: readonly Spoiling[] = [
  { spoil: inCall(() => ({ callDuration: 'n/a' })), reason: 'not_a_number', field: 'durationS' },
  { spoil: inCall(() => ({ servedMSISDN: '' })), reason: 'missing_value', field: 'subscriber' },
  { spoil: inCall(() => ({ answerTime: '250230101500+0800' })), reason: 'not_a_time', field: 'occurredAt' },
  { spoil: (row) => row.slice(0, row.lastIndexOf(',')), reason: 'cell_count', field: '' },
  { spoil: inCall(() => ({ recordType: 'XX' })), reason: 'no_rule', field: '' },
  {
    spoil: inCall(({ servedMSISDN }) => ({ servedMSISDN: `${servedMSISDN}x` })),
    reason: 'not_a_phone_number',
    field: 'subscriber',
  },
  // A number in the wrong column.
  {
    spoil: inCall(({ servedMSISDN }) => ({ answerTime: servedMSISDN })),
    reason: 'not_a_time',
    field: 'occurredAt',
  },
  // A quote that is never closed.
  { spoil: (row) => `"${row}`, reason: UNREADABLE, field: '' },
];

interface Ticket {
  readonly status: string;
  readonly ticketType: string;
  readonly relatedEntity: readonly { readonly id: string }[];
}

/** Changes a ticket of a complaint or a fault, in an envelope or bare; undefined values leave their members out. */
function inTicket(change: (ticket: Ticket) => Readonly<Record<string, unknown>>): Spoiling['spoil'] {
  return (row) => {
    const parsed = JSON.parse(row) as Ticket & { readonly event?: { readonly troubleTicket: Ticket } };
    const ticket = parsed.event?.troubleTicket ?? parsed;
    if (ticket.ticketType === 'inquiry') return undefined;
    const changed = { ...ticket, ...change(ticket) };
    return JSON.stringify(parsed.event === undefined ? changed : { ...parsed, event: { troubleTicket: changed } });
  };
}

export const BAD_TICKETS: readonly Spoiling[] = [
  { spoil: (row) => row.slice(0, -5), reason: UNREADABLE, field: '' },
  { spoil: inTicket(() => ({ relatedEntity: [] })), reason: 'missing_value', field: 'subscriber' },
  {
    spoil: inTicket(({ relatedEntity }) => ({ status: relatedEntity[0]?.id })),
    reason: 'unknown_value',
    field: 'step',
  },
  { spoil: inTicket(() => ({ statusChangeDate: 'yesterday' })), reason: 'not_a_time', field: 'occurredAt' },
  { spoil: inTicket(() => ({ ticketType: undefined })), reason: 'no_rule', field: '' },
  {
    spoil: inTicket(({ relatedEntity }) => ({ relatedEntity: [{ ...relatedEntity[0], id: 'unknown' }] })),
    reason: 'not_a_phone_number',
    field: 'subscriber',
  },
  { spoil: (row) => `[${row}]`, reason: 'not_an_object', field: '' },
];
