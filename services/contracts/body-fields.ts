import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import type { EventBody } from '../core/events/subscriber-event.ts';
import { enumNames } from './enum-names.ts';
import { SubscriberEventSchema } from './gen/telco/v1/subscriber_event_pb.ts';
import { integerRange } from './integer-range.ts';
import { plainDefault } from './plain-default.ts';

export type EventBodyType = EventBody['type'];

/** What a number counts, as its name says; base units of the contract. */
export type ContractUnit = 'seconds' | 'epoch ms' | 'minutes' | 'days' | 'minor units' | 'bytes' | 'kbit/s' | 'Mbit/s';

/** A field of an event body that holds a value, not a message. */
export interface ContractField {
  /** In core's plain names, nested by dots, e.g. "otherParty.partyId". */
  readonly path: string;
  /** A 'string map' is an object of strings. */
  readonly kind: 'string' | 'integer' | 'number' | 'boolean' | 'enum' | 'string list' | 'string map';
  /** Of an enum: the names of its values, 'unspecified' first. */
  readonly values?: readonly string[];
  /** Of an integer: least and greatest value, both included. */
  readonly min?: number;
  readonly max?: number;
  readonly unit?: ContractUnit;
  /** Whether a field that is left out stays absent instead of taking its default; one in a nested message is as its own. */
  readonly optional: boolean;
}

const unitBySuffix: readonly (readonly [RegExp, ContractUnit])[] = [
  [/[a-z]S$/, 'seconds'],
  [/AtMs$/, 'epoch ms'],
  [/Minor$/, 'minor units'],
  [/(?:^b|B)ytes$/, 'bytes'],
  [/Kbps$/, 'kbit/s'],
  [/Mbps$/, 'Mbit/s'],
  [/(?:^m|M)inutes$/, 'minutes'],
  [/Days$/, 'days'],
];

const markTypes: ReadonlySet<string> = new Set(['feed_progress', 'network_incident']);

interface BodyContract {
  readonly fields: readonly ContractField[];
  readonly create: () => Record<string, unknown>;
  readonly createPart: ReadonlyMap<string, () => Record<string, unknown>>;
}

const contracts: ReadonlyMap<string, BodyContract> = new Map(
  SubscriberEventSchema.oneofs.flatMap((oneof) =>
    oneof.fields.flatMap((field): [string, BodyContract][] =>
      field.fieldKind === 'message' && !markTypes.has(field.name)
        ? [[field.name, bodyContract(field.name, field.message)]]
        : [],
    ),
  ),
);

/** Every body that something of one subscriber can have; the marks of a partition are no such bodies. */
export const eventBodyTypes: readonly EventBodyType[] = [...contracts.keys()].filter(isEventBodyType);

export function isEventBodyType(text: string): text is EventBodyType {
  return contracts.has(text);
}

/** What the contract says of a body's fields, those of nested messages included. */
export function bodyFields(type: EventBodyType): readonly ContractField[] {
  return contractOf(type).fields;
}

/** A body that holds its defaults, as an empty one reads: a fresh object at every call. */
export function defaultBody(type: EventBodyType): EventBody {
  const body = contractOf(type).create();
  if (!isBody(body)) throw new TypeError(`${type} is no body`);
  return body;
}

/**
 * A nested message of a body that holds its defaults, e.g. `otherParty` of a call: a fresh object at every call. In a
 * default body it is left out.
 *
 * @throws RangeError where the body has no such message.
 */
export function defaultPart(type: EventBodyType, name: string): Record<string, unknown> {
  const create = contractOf(type).createPart.get(name);
  if (create === undefined) throw new RangeError(`${type} has no message ${name}`);
  return create();
}

function contractOf(type: EventBodyType): BodyContract {
  const contract = contracts.get(type);
  if (contract === undefined) throw new RangeError(`no such body: ${type}`);
  return contract;
}

/** The types are those of the contract, as a test of every body holds: what is left to see is that it is one. */
function isBody(plain: object): plain is EventBody {
  return 'type' in plain;
}

function bodyContract(type: string, schema: DescMessage): BodyContract {
  const parts = schema.fields.flatMap((field) =>
    field.fieldKind === 'message' ? [[field.localName, creator(field.message)] as const] : [],
  );
  return { fields: fieldsOf(schema, ''), create: creator(schema, type), createPart: new Map(parts) };
}

/** A copy of one template is several times as fast as setting the fields one by one; only lists and maps are made anew. */
function creator(schema: DescMessage, type?: string): () => Record<string, unknown> {
  const template: Record<string, unknown> = type === undefined ? {} : { type };
  const fresh: [string, () => unknown][] = [];
  for (const field of schema.fields) {
    const create = plainDefault(field);
    if (create === undefined) continue;
    template[field.localName] = create();
    if (field.fieldKind === 'list' || field.fieldKind === 'map') fresh.push([field.localName, create]);
  }
  return () => {
    const plain = { ...template };
    for (const [name, create] of fresh) plain[name] = create();
    return plain;
  };
}

function fieldsOf(schema: DescMessage, prefix: string): readonly ContractField[] {
  return schema.fields.flatMap((field) =>
    field.fieldKind === 'message'
      ? fieldsOf(field.message, `${prefix}${field.localName}.`)
      : [describe(field, `${prefix}${field.localName}`)],
  );
}

function describe(field: Exclude<DescField, { fieldKind: 'message' }>, path: string): ContractField {
  if (field.fieldKind === 'list') return { path, kind: 'string list', optional: false };
  if (field.fieldKind === 'map') return { path, kind: 'string map', optional: false };
  const optional = field.proto.proto3Optional;
  if (field.fieldKind === 'enum') {
    return { path, kind: 'enum', values: enumNames(field.enum).filter((name) => name !== undefined), optional };
  }
  if (field.scalar === ScalarType.STRING) return { path, kind: 'string', optional };
  if (field.scalar === ScalarType.BOOL) return { path, kind: 'boolean', optional };
  const range = integerRange(field.scalar);
  const unit = unitOf(field.localName);
  return { path, kind: range === undefined ? 'number' : 'integer', ...range, ...(unit && { unit }), optional };
}

function unitOf(name: string): ContractUnit | undefined {
  return unitBySuffix.find(([suffix]) => suffix.test(name))?.[1];
}
