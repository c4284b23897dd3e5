import { isUtf8 } from 'node:buffer';
import type { DescEnum, DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import type { Outcome } from '../core/outcome.ts';
import { accepted, refused } from '../core/outcome.ts';
import { enumNames } from './enum-names.ts';
import { plainDefault } from './plain-default.ts';

/** Bytes that are not the message they should be. `detail` never holds field values. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

type PlainValue = unknown;
type FieldReader = (cursor: Cursor, wireType: number, target: Record<string, PlainValue>) => void;
type MessageReader = (cursor: Cursor, end: number) => Record<string, PlainValue>;

interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

const SHORT_TEXT = 8;

/**
 * Compiles a reader from a message's descriptor straight to a plain object: field names as generated, enums as
 * lower-case names, 64-bit integers as safe integers, a oneof as its member's value under the oneof's name with the
 * member's name in `type`. The generated runtime does the same in two steps with bigints; a property test holds
 * the two equal.
 *
 * @throws WireError for truncated or malformed bytes, integers beyond ±2^53, unknown enum values.
 */
export function compilePlainReader(schema: DescMessage): (bytes: Uint8Array) => Record<string, unknown> {
  const read = messageReader(schema);
  return (bytes) => {
    const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return read({ bytes: buffer, at: 0 }, buffer.length);
  };
}

/** As `read`, with malformed bytes as an outcome. */
export function readPlain(
  read: (bytes: Uint8Array) => Record<string, unknown>,
  bytes: Uint8Array,
): Outcome<Record<string, unknown>, 'undecodable'> {
  try {
    return accepted(read(bytes));
  } catch (error) {
    if (error instanceof WireError) return refused('undecodable', error.message);
    throw error;
  }
}

function messageReader(schema: DescMessage, type?: string): MessageReader {
  const names: string[] = [];
  const defaults: (() => PlainValue)[] = [];
  const readers: (FieldReader | undefined)[] = [];
  for (const field of schema.fields) {
    readers[field.number] = fieldReader(field);
    const byDefault = plainDefault(field);
    if (byDefault === undefined) continue;
    names.push(field.localName);
    defaults.push(byDefault);
  }
  for (const oneof of schema.oneofs) {
    names.push(oneof.localName);
    defaults.push(() => undefined);
  }

  return (cursor, end) => {
    const target: Record<string, PlainValue> = type === undefined ? {} : { type };
    for (let i = 0; i < names.length; i++) target[names[i] ?? ''] = defaults[i]?.();
    while (cursor.at < end) {
      const tag = readUint32(cursor);
      const reader = readers[tag >>> 3];
      if (tag >>> 3 === 0) throw new WireError('field number 0');
      if (reader === undefined) skip(cursor, tag & 7);
      else reader(cursor, tag & 7, target);
      if (cursor.at > end) throw new WireError(`truncated in ${schema.name}`);
    }
    return target;
  };
}

function fieldReader(field: DescField): FieldReader {
  const name = field.localName;
  if (field.fieldKind === 'map') return mapReader(name);
  if (field.fieldKind === 'list') return listReader(field, name);
  if (field.fieldKind === 'message') {
    const oneof = field.oneof?.localName;
    const read = messageReader(field.message, oneof === undefined ? undefined : field.name);
    const key = oneof ?? name;
    return (cursor, wireType, target) => {
      const end = endOfDelimited(cursor, wireType, name);
      target[key] = read(cursor, end);
    };
  }
  const read = field.fieldKind === 'enum' ? enumReader(field.enum) : scalarReader(field.scalar, name);
  return (cursor, wireType, target) => {
    target[name] = read(cursor, wireType);
  };
}

function listReader(field: DescField & { fieldKind: 'list' }, name: string): FieldReader {
  if (field.listKind === 'scalar' && field.scalar === ScalarType.FLOAT) return floatsReader(name);
  if (field.listKind !== 'scalar' || field.scalar !== ScalarType.STRING) {
    if (field.listKind !== 'message')
      throw new Error(`${name}: repeated scalars other than strings and floats are not used so far`);
    const readMessage = messageReader(field.message);
    return (cursor, wireType, target) => {
      const end = endOfDelimited(cursor, wireType, name);
      append(target, name, readMessage(cursor, end));
    };
  }
  const read = scalarReader(ScalarType.STRING, name);
  return (cursor, wireType, target) => {
    append(target, name, read(cursor, wireType));
  };
}

/** Packed as our writer does it, or one by one: the specification lets a sender choose. */
function floatsReader(name: string): FieldReader {
  return (cursor, wireType, target) => {
    const end = wireType === FIXED32 ? cursor.at + 4 : endOfDelimited(cursor, wireType, name);
    if ((end - cursor.at) % 4 !== 0 || end > cursor.bytes.length) throw new WireError(`truncated in ${name}`);
    for (; cursor.at < end; cursor.at += 4) append(target, name, cursor.bytes.readFloatLE(cursor.at));
  };
}

function append(target: Record<string, PlainValue>, name: string, value: PlainValue): void {
  const list = target[name];
  if (Array.isArray(list)) list.push(value);
}

function mapReader(name: string): FieldReader {
  const readString = scalarReader(ScalarType.STRING, name);
  return (cursor, wireType, target) => {
    const end = endOfDelimited(cursor, wireType, name);
    let key = '';
    let value: PlainValue = '';
    while (cursor.at < end) {
      const tag = readUint32(cursor);
      if (tag >>> 3 === 1) key = String(readString(cursor, tag & 7));
      else if (tag >>> 3 === 2) value = readString(cursor, tag & 7);
      else skip(cursor, tag & 7);
    }
    target[name] = { ...(target[name] ?? {}), [key]: value };
  };
}

function enumReader(schema: DescEnum): (cursor: Cursor, wireType: number) => PlainValue {
  const names = enumNames(schema);
  return (cursor, wireType) => {
    if (wireType !== VARINT) throw new WireError(`${schema.name} is not a varint`);
    const name = names[readUint32(cursor)];
    if (name === undefined) throw new WireError(`unknown value of ${schema.name}`);
    return name;
  };
}

function scalarReader(scalar: ScalarType, name: string): (cursor: Cursor, wireType: number) => PlainValue {
  const expect = (wireType: number, expected: number): void => {
    if (wireType !== expected) throw new WireError(`${name} has wire type ${wireType}, expected ${expected}`);
  };
  switch (scalar) {
    case ScalarType.STRING:
      return (cursor, wireType) => {
        const end = endOfDelimited(cursor, wireType, name);
        const text = readText(cursor.bytes, cursor.at, end, name);
        cursor.at = end;
        return text;
      };
    case ScalarType.BOOL:
      return (cursor, wireType) => {
        expect(wireType, VARINT);
        return readInteger(cursor, name) !== 0;
      };
    case ScalarType.UINT32:
      return (cursor, wireType) => {
        expect(wireType, VARINT);
        return readUint32(cursor);
      };
    case ScalarType.SINT32:
      return (cursor, wireType) => {
        expect(wireType, VARINT);
        const value = readUint32(cursor);
        return (value >>> 1) ^ -(value & 1);
      };
    case ScalarType.INT64:
    case ScalarType.UINT64:
      return (cursor, wireType) => {
        expect(wireType, VARINT);
        return readInteger(cursor, name);
      };
    case ScalarType.DOUBLE:
      return (cursor, wireType) => {
        expect(wireType, FIXED64);
        if (cursor.at + 8 > cursor.bytes.length) throw new WireError(`truncated in ${name}`);
        const value = cursor.bytes.readDoubleLE(cursor.at);
        cursor.at += 8;
        return value;
      };
    default:
      throw new Error(`${name}: scalar type ${scalar} is not used so far`);
  }
}

function readUint32(cursor: Cursor): number {
  const { bytes } = cursor;
  let value = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = bytes[cursor.at++];
    if (byte === undefined) throw new WireError('truncated varint');
    // A negative 32-bit number travels as ten bytes: those beyond the 32nd bit are dropped, as the specification says.
    if (shift < 32) value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value >>> 0;
  }
  throw new WireError('varint of more than ten bytes');
}

function readInteger(cursor: Cursor, name: string): number {
  const { bytes } = cursor;
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = bytes[cursor.at++];
    if (byte === undefined) throw new WireError(`truncated in ${name}`);
    const bits = byte & 0x7f;
    if (shift < 28) low += bits * 2 ** shift;
    else high += bits * 2 ** (shift - 28);
    if (byte < 0x80) {
      if (shift < 56) return toSafe(high * 2 ** 28 + low, name);
      // A tenth byte of 1 is the sign of a negative int64 in two's complement.
      const negative = high >= 2 ** 35;
      return toSafe((negative ? high - 2 ** 36 : high) * 2 ** 28 + low, name);
    }
  }
  throw new WireError(`varint of more than ten bytes in ${name}`);
}

function toSafe(value: number, name: string): number {
  if (!Number.isSafeInteger(value)) throw new WireError(`${name} is beyond ±2^53`);
  return value;
}

function readText(bytes: Buffer, start: number, end: number, name: string): string {
  let ascii = start;
  while (ascii < end && (bytes[ascii] ?? 0) < 0x80) ascii++;
  if (ascii === end) {
    if (end - start > SHORT_TEXT) return bytes.toString('latin1', start, end);
    // Building a short text here is faster than a call into the decoder; a longer one would leave too much garbage.
    let text = '';
    for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
    return text;
  }
  const text = bytes.toString('utf8', start, end);
  // The decoder puts U+FFFD where bytes make no sense; a text may also hold it.
  if (text.includes('\ufffd') && !isUtf8(bytes.subarray(start, end))) throw new WireError(`${name} is not UTF-8`);
  return text;
}

function endOfDelimited(cursor: Cursor, wireType: number, name: string): number {
  if (wireType !== DELIMITED) throw new WireError(`${name} has wire type ${wireType}, expected ${DELIMITED}`);
  const length = readUint32(cursor);
  const end = cursor.at + length;
  if (end > cursor.bytes.length) throw new WireError(`truncated in ${name}`);
  return end;
}

function skip(cursor: Cursor, wireType: number): void {
  if (wireType === VARINT) {
    readUint32(cursor);
  } else if (wireType === FIXED64) {
    cursor.at += 8;
  } else if (wireType === FIXED32) {
    cursor.at += 4;
  } else if (wireType === DELIMITED) {
    cursor.at = endOfDelimited(cursor, wireType, 'an unknown field');
  } else {
    throw new WireError(`wire type ${wireType}`);
  }
}
