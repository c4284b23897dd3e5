import type { RecordRule, ValueSource } from '../feed-file/mapping-schema.ts';
import { eventBodyTypes, isEventBodyType } from '../../contracts/body-fields.ts';
import type { EventBodyType } from '../../contracts/body-fields.ts';
import { bodyContractOf } from './body-contract.ts';
import { compileBody } from './compile-body.ts';
import type { BuildBody } from './compile-body.ts';
import { compileConditions } from './compile-condition.ts';
import { compileMoment } from './compile-instant.ts';
import type { CompiledInstant } from './compile-instant.ts';
import { compileValue } from './compile-value.ts';
import type { CompiledValue, Target } from './compiled-value.ts';
import type { Mapped, MappingPorts } from './map-row.ts';
import type { MappingContext } from './mapping-context.ts';
import { rawNumberLeaks } from './raw-number-leaks.ts';
import { rejectOf } from './reject.ts';
import { REFUSED } from './row-source.ts';

export interface CompiledRecord<Row> {
  readonly matches: (row: Row) => boolean;
  readonly map: (row: Row) => Mapped;
}

const EVENT_PARTS = ['id', 'subscriber', 'occurredAt'] as const;

/** Compiles one record rule; undefined where it holds mistakes, which go to the context. */
export function compileRecord<Row>(
  rule: RecordRule,
  place: string,
  context: MappingContext<Row>,
  ports: MappingPorts,
): CompiledRecord<Row> | undefined {
  const matches = compileConditions(rule.when ?? [], `${place}.when`, context);
  if (rule.skip !== undefined) return compileSkip(rule, rule.skip, matches, place, context);
  noteGaps(rule, place, context);
  const contract = rule.event !== undefined && isEventBodyType(rule.event) ? bodyContractOf(rule.event) : undefined;
  const id = (rule.id ?? []).map((source, index) => compileIdPart(source, `${place}.id[${index}]`, context));
  const subscriber =
    rule.subscriber === undefined ? undefined : compileSubscriber(rule.subscriber, `${place}.subscriber`, context);
  const occurredAt =
    rule.occurredAt === undefined ? undefined : compileMoment(rule.occurredAt, `${place}.occurredAt`, context);
  const recordedAt =
    rule.recordedAt === undefined ? undefined : compileMoment(rule.recordedAt, `${place}.recordedAt`, context);
  const recordedOptional = typeof rule.recordedAt === 'object' && rule.recordedAt.optional === true;
  if (contract === undefined) return undefined;
  for (const path of rawNumberLeaks(rule, contract)) {
    context.mistake(
      `${place}.fields.${path}`,
      'would hold a raw number: its source is pseudonymised elsewhere in this record',
    );
  }
  const build = compileBody(rule.fields ?? {}, `${place}.fields`, contract, context);
  if (subscriber === undefined || occurredAt === undefined) return undefined;
  const parts = { type: contract.type, id: id.filter((part) => part !== undefined), subscriber, occurredAt, build };
  return { matches, map: createMapper({ ...parts, recordedAt, recordedOptional }, ports) };
}

function compileSkip<Row>(
  rule: RecordRule,
  reason: string,
  matches: CompiledRecord<Row>['matches'],
  place: string,
  { mistake }: MappingContext<Row>,
): CompiledRecord<Row> {
  for (const part of ['event', ...EVENT_PARTS, 'recordedAt', 'fields'] as const) {
    if (rule[part] !== undefined) mistake(`${place}.${part}`, 'does not go with skip');
  }
  const skipped: Mapped = { kind: 'skipped', reason };
  return { matches, map: () => skipped };
}

/** Notes what every record must say and this rule does not. */
function noteGaps<Row>(rule: RecordRule, place: string, { mistake }: MappingContext<Row>): void {
  const { event, id, occurredAt } = rule;
  if (event === undefined) mistake(place, 'expected "event" (a body type of the contract) or "skip"');
  else if (!isEventBodyType(event)) {
    mistake(`${place}.event`, `"${event}" is no body type; expected one of ${eventBodyTypes.join(', ')}`);
  }
  for (const part of EVENT_PARTS) if (rule[part] === undefined) mistake(place, `expected "${part}"`);
  if (id?.every(mayBeMissing) === true) {
    mistake(`${place}.id`, 'expected at least one value that every row states: rows without would be taken for one');
  }
  if (typeof occurredAt === 'object' && occurredAt.optional !== undefined) {
    mistake(`${place}.occurredAt.optional`, 'every record has a time');
  }
}

function mayBeMissing(source: ValueSource): boolean {
  return (
    typeof source !== 'string' &&
    (source.optional === true || source.default !== undefined || source.value !== undefined)
  );
}

/** Parts of an identifier are texts; their order is kept. */
function compileIdPart<Row>(source: ValueSource, place: string, context: MappingContext<Row>) {
  return compileValue(source, { name: 'id', field: { kind: 'string' }, place }, context);
}

/** A bare source is a phone number. */
function compileSubscriber<Row>(
  source: ValueSource,
  place: string,
  context: MappingContext<Row>,
): CompiledValue<Row> | undefined {
  const rule: ValueSource = typeof source === 'string' ? { from: source, pseudonym: 'number' } : source;
  if (rule.pseudonym === undefined || rule.optional !== undefined || rule.default !== undefined) {
    context.mistake(
      place,
      'expected { from, pseudonym: number | device | text | none }, neither optional nor with a default',
    );
    return undefined;
  }
  const target: Target = { name: 'subscriber', field: { kind: 'string' }, place, partiesOnly: true };
  return compileValue(rule, target, context);
}

interface RecordParts<Row> {
  readonly type: EventBodyType;
  readonly id: readonly CompiledValue<Row>[];
  readonly subscriber: CompiledValue<Row>;
  readonly occurredAt: CompiledInstant<Row>;
  readonly recordedAt: CompiledInstant<Row> | undefined;
  readonly recordedOptional: boolean;
  readonly build: BuildBody<Row>;
}

function createMapper<Row>(parts: RecordParts<Row>, { feed, eventIdOf }: MappingPorts): (row: Row) => Mapped {
  const { type, id, subscriber, occurredAt, recordedAt, recordedOptional, build } = parts;
  return (row) => {
    const occurredAtMs = occurredAt.read(row);
    if (occurredAtMs === undefined || occurredAtMs === REFUSED) {
      return rejectOf('occurredAt', occurredAt.explain(row));
    }
    const utcOffsetMinutes = occurredAt.offsetMinutes();
    const recordedAtMs = recordedAt === undefined ? occurredAtMs : recordedAt.read(row);
    if (recordedAt !== undefined && (recordedAtMs === REFUSED || (recordedAtMs === undefined && !recordedOptional))) {
      return rejectOf('recordedAt', recordedAt.explain(row));
    }
    const body = build(row);
    if (!('type' in body)) return body;
    // Before the id, of which the number is often a part: its lack is to be told as what it is.
    const subscriberId = subscriber.read(row);
    if (typeof subscriberId !== 'string') return rejectOf('subscriber', subscriber.explain(row));
    const idParts: string[] = [type];
    for (const part of id) {
      const value = part.read(row);
      if (value === REFUSED) return rejectOf('id', part.explain(row));
      idParts.push(typeof value === 'string' ? value : '');
    }
    const record = {
      eventId: eventIdOf(idParts),
      subscriberId,
      occurredAtMs,
      recordedAtMs: typeof recordedAtMs === 'number' ? recordedAtMs : occurredAtMs,
      feed,
      utcOffsetMinutes,
      body,
    };
    return { kind: 'event', record };
  };
}
