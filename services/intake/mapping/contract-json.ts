import { checkLogRecord } from '../../contracts/check-log-record.ts';
import type { OtherParty } from '../../core/events/common.ts';
import type { EventBody, LogRecord, SubscriberEvent } from '../../core/events/subscriber-event.ts';
import { isPartitionMark } from '../../core/events/subscriber-event.ts';
import type { Numbers } from '../feed-file/mapping-schema.ts';
import { toImei } from './device-id.ts';
import type { Checked, CompiledMapping, Mapped, MappingPorts } from './map-row.ts';
import { toNumberFormat } from './numbers-setting.ts';
import { createNumberReader } from './number-format.ts';
import type { NumberFormat } from './number-format.ts';
import { rejectOf } from './reject.ts';
import type { RowReject } from './reject.ts';
import { jsonClassOf, valueClassOf } from './value-class.ts';

/** Of what an identifier is. */
type Kind = 'subscriber' | 'party' | 'device' | 'text';

/** Replaces an identifier; '' stays. A reject where it is none; `field` is its place in the record. */
type Replace = (raw: string, field: string, kind: Kind) => string | RowReject;

/**
 * The mapping of rows that are records of the contract in JSON, in core's plain names, with numbers and device ids in
 * clear where the contract has pseudonyms. Marks pass. A record's own event id is digested, since it may be made of a
 * number; its feed stays where it names one.
 *
 * @param numbers how numbers are written; left out, each is taken as it stands.
 */
export function compileContractJson(numbers: Numbers | undefined, ports: MappingPorts): Checked<CompiledMapping> {
  const mistakes: string[] = [];
  const format =
    numbers === undefined
      ? undefined
      : toNumberFormat(numbers, (place, message) => {
          mistakes.push(`${place}: ${message}`);
        });
  const replace = createReplacer(format, ports.pseudonymOf);
  if (mistakes.length > 0) return { ok: false, mistakes };
  const map = (row: unknown): Mapped => {
    const checked = checkLogRecord(row);
    if (!checked.ok) {
      const { field, expected } = checked;
      return rejectOf(field, { valueClass: jsonClassOf(row), reason: 'not_a_contract_record', expected });
    }
    return mapRecord(checked.value, replace, ports);
  };
  return {
    ok: true,
    value: { rows: { format: 'json' }, statesProgress: true, bindHeader: () => ({ ok: true, value: map }) },
  };
}

function mapRecord(record: LogRecord, replace: Replace, { feed, eventIdOf }: MappingPorts): Mapped {
  if (isPartitionMark(record)) return { kind: 'mark', record };
  const subscriberId = replace(record.subscriberId, 'subscriberId', 'subscriber');
  if (typeof subscriberId !== 'string') return subscriberId;
  const body = replaceInBody(record.body, replace);
  if (!('type' in body)) return body;
  // An empty one stays empty, for the contract's own check to refuse.
  const eventId = record.eventId === '' ? '' : eventIdOf([record.eventId]);
  const event: SubscriberEvent = { ...record, eventId, feed: record.feed || feed, subscriberId, body };
  return { kind: 'event', record: event };
}

function createReplacer(format: NumberFormat | undefined, pseudonymOf: (raw: string) => string): Replace {
  const readNumber = createNumberReader(format);
  return (raw, field, kind) => {
    if (raw === '' || format === undefined || kind === 'text') return raw === '' ? '' : pseudonymOf(raw);
    if (kind === 'device') return pseudonymOf(toImei(raw) ?? raw);
    const number = readNumber(raw);
    if (number?.kind === 'party') return pseudonymOf(number.digits);
    if (number !== undefined && kind === 'party') return '';
    const expected = kind === 'subscriber' ? 'a phone number of a subscriber' : 'a phone number';
    return rejectOf(field, { valueClass: valueClassOf(raw), reason: 'not_a_phone_number', expected });
  };
}

/** Every place of a body where the contract has a pseudonym. */
function replaceInBody(body: EventBody, replace: Replace): EventBody | RowReject {
  switch (body.type) {
    case 'call': {
      const otherParty = replaceParty(body.otherParty, 'body.otherParty', replace);
      if (isReject(otherParty)) return otherParty;
      const forwardedTo = replaceParty(body.forwardedTo, 'body.forwardedTo', replace);
      if (isReject(forwardedTo)) return forwardedTo;
      const imeiHash = replace(body.imeiHash, 'body.imeiHash', 'device');
      return typeof imeiHash === 'string' ? { ...body, otherParty, forwardedTo, imeiHash } : imeiHash;
    }
    case 'message': {
      const otherParty = replaceParty(body.otherParty, 'body.otherParty', replace);
      if (isReject(otherParty)) return otherParty;
      const imeiHash = replace(body.imeiHash, 'body.imeiHash', 'device');
      return typeof imeiHash === 'string' ? { ...body, otherParty, imeiHash } : imeiHash;
    }
    case 'data_session':
    case 'device_change': {
      const imeiHash = replace(body.imeiHash, 'body.imeiHash', 'device');
      return typeof imeiHash === 'string' ? { ...body, imeiHash } : imeiHash;
    }
    case 'service_change': {
      const forwardTo = replaceParty(body.forwardTo, 'body.forwardTo', replace);
      return isReject(forwardTo) ? forwardTo : { ...body, forwardTo };
    }
    case 'profile': {
      if (body.identityHash === undefined) return body;
      const identityHash = replace(body.identityHash, 'body.identityHash', 'text');
      return typeof identityHash === 'string' ? { ...body, identityHash } : identityHash;
    }
    default:
      return body;
  }
}

function replaceParty(
  party: OtherParty | undefined,
  field: string,
  replace: Replace,
): OtherParty | undefined | RowReject {
  if (party === undefined) return undefined;
  const partyId = replace(party.partyId, `${field}.partyId`, 'party');
  return typeof partyId === 'string' ? { ...party, partyId } : partyId;
}

function isReject(value: OtherParty | undefined | RowReject): value is RowReject {
  return value !== undefined && 'reason' in value;
}
