import { isPartitionMark } from '../../services/core/events/subscriber-event.ts';
import type { LogRecord, SubscriberEvent } from '../../services/core/events/subscriber-event.ts';
import type { Call } from '../../services/core/events/usage.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const UTC_OFFSET_MS = 8 * HOUR_MS;

/** Columns of a switch, as the ready mapping msc-voice-csv names them. */
export const VOICE_COLUMNS = [
  ...[
    'recordType',
    'servedIMEI',
    'servedMSISDN',
    'callingNumber',
    'calledNumber',
    'recordingEntity',
    'locationAreaCode',
    'cellId',
  ],
  ...['seizureTime', 'answerTime', 'releaseTime', 'callDuration', 'causeForTerm', 'callReference', 'sequenceNumber'],
] as const;
type VoiceRow = Readonly<Record<(typeof VOICE_COLUMNS)[number], string>>;

/** What an operator exports of some days; rows without line ends, in the order of the export. */
export interface FeedSlice {
  /** Local date at whose midnight the days end, yyyyMMdd. */
  readonly endDate: string;
  readonly rows: readonly string[];
  /** Rows that become events; the others are of no interest to the mapping. */
  readonly events: number;
}

export interface OperatorFeeds {
  /** Rows of a CSV by `VOICE_COLUMNS`, by time of release. */
  readonly voice: readonly FeedSlice[];
  /** TMF621 trouble tickets in JSON, bare or in an event's envelope, by time of change. */
  readonly tickets: readonly FeedSlice[];
}

interface Row {
  readonly atMs: number;
  readonly text: string;
  readonly isEvent: boolean;
}

/**
 * The calls, complaints and faults of a simulated operator as its own systems would export them, in slices of whole
 * local days. Subscriber ids and parties of the records are taken for raw numbers: see `plainNumberOf`.
 */
export function toOperatorFeeds(
  records: Iterable<LogRecord>,
  period: { readonly startMs: number; readonly slices: number; readonly sliceDays: number },
): OperatorFeeds {
  const [voice, tickets]: [Row[], Row[]] = [[], []];
  for (const record of records) {
    if (isPartitionMark(record)) continue;
    const { body } = record;
    if (body.type === 'call') voice.push(voiceRow(record, body, voice.length));
    else tickets.push(...ticketRows(record, tickets.length));
  }
  return { voice: sliced(voice, period), tickets: sliced(tickets, period) };
}

/**
 * Stands in for the pseudonym of a simulated operator's number: another number, of the made-up country 98, in
 * international digits. It has no digits but 7, 8 and 9, so that a piece of it is easily found where it must not be.
 */
export function plainNumberOf(raw: string): string {
  const [, prefix = '', ordinal = ''] = /^86(\d{3})(\d{8})$/.exec(raw) ?? [];
  const networks = ['139', '852', '170', '186', '189', '199'];
  if (!networks.includes(prefix)) return raw;
  const code = Number(ordinal) * networks.length + networks.indexOf(prefix);
  const digits = code
    .toString(3)
    .padStart(11, '0')
    .replaceAll(/[012]/g, (digit) => '789'[Number(digit)] ?? '');
  return `98${prefix === '139' ? '9' : prefix === '852' ? '7' : '8'}${digits}`;
}

/** What the ready mapping must be told of this operator, as YAML: its numbers, and whose prefix is whose. */
export const NUMBERING = `
  numbers: { countryCode: '98', trunkPrefix: '0' }`;
export const VOICE_LOOKUPS = `
  lookups:
    network: { match: prefix, of: number, values: { '989': on_net, '987': international, '98': off_net }, default: unspecified }
    operator: { match: prefix, of: number, values: { '989': own, '98': rival }, default: '' }
    partyKind: { match: prefix, of: number, values: { '98': person, '10010': rival_hotline }, default: service }`;

/** The ways in which systems write one number; a row keeps to its own. */
function written(number: string, place: number): string {
  return [number, `+${number}`, `00${number}`, `0${number.slice(2)}`][place % 4] ?? number;
}

function voiceRow({ subscriberId, occurredAtMs }: SubscriberEvent, call: Call, place: number): Row {
  const { direction, otherParty, durationS, result, location } = call;
  const isOriginated = direction === 'mobile_originated';
  const served = written(subscriberId, place);
  const other = otherParty === undefined ? '' : written(otherParty.partyId, place + 1);
  const hotline = otherParty?.kind === 'rival_hotline' ? '10010' : '95588';
  const party = otherParty?.partyId === '' ? hotline : other;
  const row: VoiceRow = {
    recordType: isOriginated ? 'MO' : 'MT',
    servedIMEI: call.imeiHash,
    servedMSISDN: served,
    callingNumber: isOriginated ? served : party,
    calledNumber: isOriginated ? party : served,
    recordingEntity: 'msc-1',
    locationAreaCode: location?.areaId ?? '',
    cellId: location?.cellId ?? '',
    seizureTime: switchTime(occurredAtMs - 4_000),
    answerTime: result === 'failed' ? '' : switchTime(occurredAtMs),
    releaseTime: switchTime(occurredAtMs + durationS * 1_000),
    callDuration: String(durationS),
    causeForTerm: { answered: '0', failed: '3', dropped: '4', unspecified: '' }[result],
    callReference: `c${place}`,
    sequenceNumber: '',
  };
  const text = VOICE_COLUMNS.map((column) => row[column]).join(',');
  return { atMs: occurredAtMs + durationS * 1_000, text, isEvent: true };
}

/** A step of a complaint or a fault is told by two states of its ticket; an ordinary contact by one that nobody wants. */
function ticketRows({ subscriberId, occurredAtMs, body }: SubscriberEvent, place: number): Row[] {
  const row = (id: string, ticketType: string, status: string, opened: number, afterMs: number): Row => {
    const atMs = occurredAtMs + afterMs;
    const ticket = {
      id,
      ticketType,
      status,
      creationDate: localTime(opened),
      statusChangeDate: localTime(atMs),
      channel: { name: 'hotline' },
      relatedEntity: [{ id: written(subscriberId, place), '@referredType': 'MSISDN' }],
    };
    const eventType = 'TroubleTicketStatusChangeEvent';
    const inEvent = { eventType, eventTime: localTime(atMs), event: { troubleTicket: ticket } };
    return { atMs, text: JSON.stringify(place % 2 === 0 ? ticket : inEvent), isEvent: ticketType !== 'inquiry' };
  };
  switch (body.type) {
    case 'complaint': {
      const { complaintId: id, openedAtMs } = body;
      const [first, second] = body.step === 'received' ? ['acknowledged', 'inProgress'] : ['resolved', 'closed'];
      return [row(id, 'complaint', first, openedAtMs, 0), row(id, 'complaint', second, openedAtMs, HOUR_MS)];
    }
    case 'fault': {
      const { faultId: id, reportedAtMs } = body;
      const [first, second] = body.step === 'reported' ? ['acknowledged', 'inProgress'] : ['resolved', 'closed'];
      return [row(id, 'incident', first, reportedAtMs, 0), row(id, 'incident', second, reportedAtMs, HOUR_MS / 4)];
    }
    case 'agent_contact':
      return [row(body.contactId, 'inquiry', 'closed', occurredAtMs, 0)];
    default:
      return [];
  }
}

function sliced(
  rows: readonly Row[],
  { startMs, slices, sliceDays }: { readonly startMs: number; readonly slices: number; readonly sliceDays: number },
): readonly FeedSlice[] {
  const ordered = rows.toSorted((a, b) => a.atMs - b.atMs);
  return Array.from({ length: slices }, (_, index) => {
    const fromMs = startMs + index * sliceDays * DAY_MS;
    const toMs = fromMs + sliceDays * DAY_MS;
    const own = ordered.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
    return {
      endDate: localTime(toMs).slice(0, 10).replaceAll('-', ''),
      rows: own.map(({ text }) => text),
      events: own.filter(({ isEvent }) => isEvent).length,
    };
  });
}

/** Local time with its offset in ISO 8601. */
function localTime(atMs: number): string {
  return `${new Date(atMs + UTC_OFFSET_MS).toISOString().slice(0, 19)}+08:00`;
}

/** The same as a switch writes it: yyMMddHHmmss+0800. */
function switchTime(atMs: number): string {
  return `${localTime(atMs).slice(2, 19).replaceAll(/[-:T]/g, '')}+0800`;
}
