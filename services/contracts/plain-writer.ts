import type { DescEnum, DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { enumNames } from './enum-names.ts';
import { integerRange } from './integer-range.ts';
import type { WireSink } from './wire-sink.ts';
import {
  beginAnew,
  copyOf,
  createWireSink,
  prependDouble,
  prependFloat,
  prependInteger,
  prependText,
  prependUint32,
} from './wire-sink.ts';

type PlainObject = Readonly<Record<string, unknown>>;
/** Puts what a message holds, or one of its fields, in front of what is written. */
type MessageWriter = (sink: WireSink, plain: PlainObject) => void;
/** Puts a value in front of what is written, and its tag in front of that. */
type ValueWriter = (sink: WireSink, value: unknown) => void;

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;

/**
 * The way back of the plain reader: compiles a writer from a message's descriptor, straight from a plain object to bytes.
 * Fields go out in the order of their numbers and those that hold their default not at all, as the generated runtime
 * does it; a property test holds the two byte-equal. Properties that the contract does not know are passed over.
 *
 * @returns a writer whose bytes are the caller's own. @throws TypeError or RangeError naming the field where a value does
 *   not fit the contract, never the value.
 */
export function compilePlainWriter(schema: DescMessage): (plain: object) => Buffer {
  const write = messageWriter(schema);
  const sink = createWireSink();
  return (plain) => {
    beginAnew(sink);
    write(sink, toPlainObject(plain, schema.name));
    return copyOf(sink);
  };
}

/** The bytes grow towards their beginning: the last field is the first to be written. */
function messageWriter(schema: DescMessage): MessageWriter {
  const parts = [
    ...schema.fields
      .filter((field) => oneofOf(field) === undefined)
      .map((field) => ({ number: field.number, write: fieldWriter(field) })),
    ...schema.oneofs.map((oneof) => ({
      number: oneof.fields[0]?.number ?? 0,
      write: oneofWriter(`${schema.name}.${oneof.localName}`, oneof.localName, oneof.fields),
    })),
  ];
  const writers = parts.sort((one, other) => other.number - one.number).map(({ write }) => write);
  return (sink, plain) => {
    for (const write of writers) write(sink, plain);
  };
}

function oneofOf(field: DescField): DescField['oneof'] {
  return field.fieldKind === 'list' || field.fieldKind === 'map' ? undefined : field.oneof;
}

function oneofWriter(name: string, key: string, fields: readonly DescField[]): MessageWriter {
  const members = new Map<unknown, ValueWriter>(
    fields.map((field) => {
      if (field.fieldKind !== 'message') throw new Error(`${nameOf(field)}: a oneof of scalars is not used so far`);
      return [field.name, nestedWriter(field.number, messageWriter(field.message), name)] as const;
    }),
  );
  return (sink, plain) => {
    const body = toPlainObject(plain[key], name);
    const write = members.get(body['type']);
    if (write === undefined) throw new TypeError(`${name}: no such type`);
    write(sink, body);
  };
}

function fieldWriter(field: DescField): MessageWriter {
  const key = field.localName;
  switch (field.fieldKind) {
    case 'map':
      return mapWriter(field);
    case 'list':
      return listWriter(field);
    case 'message':
      return presentWriter(key, nestedWriter(field.number, messageWriter(field.message), nameOf(field)));
    case 'enum': {
      const write = enumWriter(field.number, field.enum, nameOf(field));
      return field.proto.proto3Optional
        ? presentWriter(key, write)
        : nonZeroWriter(key, write, enumNames(field.enum)[0]);
    }
    case 'scalar': {
      const write = scalarWriter(field.number, field.scalar, nameOf(field));
      if (field.proto.proto3Optional) return presentWriter(key, write);
      return field.scalar === ScalarType.DOUBLE
        ? nonZeroDoubleWriter(key, write)
        : nonZeroWriter(key, write, zeroOf(field.scalar));
    }
  }
}

function presentWriter(key: string, write: ValueWriter): MessageWriter {
  return (sink, plain) => {
    const value = plain[key];
    if (value !== undefined) write(sink, value);
  };
}

function nonZeroWriter(key: string, write: ValueWriter, zero: unknown): MessageWriter {
  return (sink, plain) => {
    const value = plain[key];
    if (value !== undefined && value !== zero) write(sink, value);
  };
}

/** To a double, -0 is not 0. */
function nonZeroDoubleWriter(key: string, write: ValueWriter): MessageWriter {
  return (sink, plain) => {
    const value = plain[key];
    if (value !== undefined && !Object.is(value, 0)) write(sink, value);
  };
}

function zeroOf(scalar: ScalarType): unknown {
  if (scalar === ScalarType.STRING) return '';
  return scalar === ScalarType.BOOL ? false : 0;
}

function listWriter(field: DescField & { fieldKind: 'list' }): MessageWriter {
  if (field.listKind === 'scalar' && field.scalar === ScalarType.FLOAT) return floatsWriter(field);
  const name = nameOf(field);
  const write = listItemWriter(field, name);
  return presentWriter(field.localName, (sink, value) => {
    if (!Array.isArray(value)) throw new TypeError(`${name} is not a list`);
    for (let index = value.length - 1; index >= 0; index -= 1) write(sink, value[index]);
  });
}

/** Packed: one tag for all. Takes a list of numbers or a Float32Array, which is a list of nothing else. */
function floatsWriter(field: DescField & { fieldKind: 'list' }): MessageWriter {
  const name = nameOf(field);
  const tag = tagOf(field.number, DELIMITED);
  return presentWriter(field.localName, (sink, value) => {
    if (!Array.isArray(value) && !(value instanceof Float32Array)) throw new TypeError(`${name} is not a list`);
    if (value.length === 0) return;
    for (let index = value.length - 1; index >= 0; index -= 1) {
      const item: unknown = value[index];
      if (typeof item !== 'number') throw new TypeError(`${name} is not a number`);
      prependFloat(sink, item);
    }
    prependUint32(sink, value.length * 4);
    prependUint32(sink, tag);
  });
}

function listItemWriter(field: DescField & { fieldKind: 'list' }, name: string): ValueWriter {
  if (field.listKind === 'message') return nestedWriter(field.number, messageWriter(field.message), name);
  if (field.listKind !== 'scalar' || field.scalar !== ScalarType.STRING)
    throw new Error(`${name}: repeated scalars other than strings and floats are not used so far`);
  return stringWriter(field.number, name);
}

function mapWriter(field: DescField & { fieldKind: 'map' }): MessageWriter {
  const name = nameOf(field);
  if (field.mapKind !== 'scalar' || field.scalar !== ScalarType.STRING || field.mapKey !== ScalarType.STRING)
    throw new Error(`${name}: maps other than from string to string are not used so far`);
  const [writeKey, writeValue] = [stringWriter(1, name), stringWriter(2, name)];
  const writeEntry = nestedWriter(
    field.number,
    (sink, entry) => {
      writeValue(sink, entry['value']);
      writeKey(sink, entry['key']);
    },
    name,
  );
  return presentWriter(field.localName, (sink, value) => {
    const entries = Object.entries(toPlainObject(value, name));
    for (const [key, item] of entries.reverse()) writeEntry(sink, { key, value: item });
  });
}

function nestedWriter(number: number, write: MessageWriter, name: string): ValueWriter {
  const tag = tagOf(number, DELIMITED);
  return (sink, value) => {
    // Counted from the end, which stays where it is when the buffer grows.
    const before = sink.bytes.length - sink.at;
    write(sink, toPlainObject(value, name));
    prependUint32(sink, sink.bytes.length - sink.at - before);
    prependUint32(sink, tag);
  };
}

function enumWriter(number: number, schema: DescEnum, name: string): ValueWriter {
  const tag = tagOf(number, VARINT);
  const values = new Map<unknown, number>(enumNames(schema).map((value, index) => [value, index]));
  values.delete(undefined);
  return (sink, value) => {
    const index = values.get(value);
    if (index === undefined) throw new TypeError(`${name}: no such value`);
    prependUint32(sink, index);
    prependUint32(sink, tag);
  };
}

function scalarWriter(number: number, scalar: ScalarType, name: string): ValueWriter {
  switch (scalar) {
    case ScalarType.STRING:
      return stringWriter(number, name);
    case ScalarType.BOOL: {
      const tag = tagOf(number, VARINT);
      return (sink, value) => {
        if (typeof value !== 'boolean') throw new TypeError(`${name} is not a boolean`);
        prependUint32(sink, value ? 1 : 0);
        prependUint32(sink, tag);
      };
    }
    case ScalarType.DOUBLE: {
      const tag = tagOf(number, FIXED64);
      return (sink, value) => {
        if (typeof value !== 'number') throw new TypeError(`${name} is not a number`);
        prependDouble(sink, value);
        prependUint32(sink, tag);
      };
    }
    default:
      return integerWriter(number, scalar, name);
  }
}

function stringWriter(number: number, name: string): ValueWriter {
  const tag = tagOf(number, DELIMITED);
  return (sink, value) => {
    if (typeof value !== 'string') throw new TypeError(`${name} is not a string`);
    if (!prependText(sink, value)) throw new TypeError(`${name} holds half a surrogate pair`);
    prependUint32(sink, tag);
  };
}

function integerWriter(number: number, scalar: ScalarType, name: string): ValueWriter {
  const tag = tagOf(number, VARINT);
  const range = integerRange(scalar);
  if (range === undefined) throw new Error(`${name}: scalar type ${scalar} is not used so far`);
  const { min, max } = range;
  const isZigZag = scalar === ScalarType.SINT32;
  return (sink, value) => {
    if (typeof value !== 'number') throw new TypeError(`${name} is not a number`);
    if (!Number.isSafeInteger(value)) throw new RangeError(`${name} is not a safe integer`);
    if (value < min || value > max) throw new RangeError(`${name} is not within ${min} to ${max}`);
    if (isZigZag) prependUint32(sink, ((value << 1) ^ (value >> 31)) >>> 0);
    else prependInteger(sink, value);
    prependUint32(sink, tag);
  };
}

function tagOf(number: number, wireType: number): number {
  return number * 8 + wireType;
}

function nameOf(field: DescField): string {
  return `${field.parent.name}.${field.name}`;
}

function toPlainObject(value: unknown, name: string): PlainObject {
  if (!isPlainObject(value)) throw new TypeError(`${name} is not an object`);
  return value;
}

function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null;
}
