/** One field of a protobuf message as it lies on the wire; `value` is a number for varints, bytes for all else. */
export type WireField =
  | { readonly number: number; readonly kind: 'varint'; readonly value: number }
  | { readonly number: number; readonly kind: 'fixed32' | 'fixed64' | 'bytes'; readonly value: Uint8Array };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Walks the fields of one message. Just what it takes to read a few fields of a model file without a schema compiler.
 * Throws a RangeError when the bytes end early or a wire type is unknown.
 */
export function* protobufFields(bytes: Uint8Array): Generator<WireField> {
  let offset = 0;
  while (offset < bytes.length) {
    const tag = readVarint(bytes, offset);
    const number = Math.floor(tag.value / 8);
    offset = tag.end;
    switch (tag.value % 8) {
      case 0: {
        const { value, end } = readVarint(bytes, offset);
        yield { number, kind: 'varint', value };
        offset = end;
        break;
      }
      case 1:
        yield { number, kind: 'fixed64', value: slice(bytes, offset, 8) };
        offset += 8;
        break;
      case 2: {
        const length = readVarint(bytes, offset);
        yield { number, kind: 'bytes', value: slice(bytes, length.end, length.value) };
        offset = length.end + length.value;
        break;
      }
      case 5:
        yield { number, kind: 'fixed32', value: slice(bytes, offset, 4) };
        offset += 4;
        break;
      default:
        throw new RangeError(`unknown protobuf wire type ${tag.value % 8} before byte ${offset}`);
    }
  }
}

/** Text of a string field; '' for a field of another kind. */
export function textOf(field: WireField): string {
  return field.kind === 'bytes' ? utf8.decode(field.value) : '';
}

/** Integers of a field that is repeated or packed. */
export function integersOf(field: WireField): readonly number[] {
  if (field.kind === 'varint') return [field.value];
  if (field.kind !== 'bytes') return [];
  const values: number[] = [];
  for (let offset = 0; offset < field.value.length;) {
    const { value, end } = readVarint(field.value, offset);
    values.push(value);
    offset = end;
  }
  return values;
}

/** Float32 numbers of a field that is repeated or packed, little-endian as the wire has them. */
export function floatsOf(field: WireField): readonly number[] {
  if (field.kind !== 'fixed32' && field.kind !== 'bytes') return [];
  const view = new DataView(field.value.buffer, field.value.byteOffset, field.value.byteLength);
  if (view.byteLength % 4 !== 0) throw new RangeError('packed floats are cut short');
  return Array.from({ length: view.byteLength / 4 }, (_, index) => view.getFloat32(index * 4, true));
}

function slice(bytes: Uint8Array, offset: number, length: number): Uint8Array {
  if (offset + length > bytes.length) throw new RangeError('protobuf message is cut short');
  return bytes.subarray(offset, offset + length);
}

/** Reads up to ten bytes as a signed 64-bit integer; exact within ±2^53. */
function readVarint(bytes: Uint8Array, offset: number): { readonly value: number; readonly end: number } {
  let value = 0n;
  for (let index = 0; index < 10; index += 1) {
    const byte = bytes[offset + index];
    if (byte === undefined) throw new RangeError('protobuf message is cut short');
    value |= BigInt(byte & 0x7f) << BigInt(index * 7);
    if (byte < 0x80) return { value: Number(BigInt.asIntN(64, value)), end: offset + index + 1 };
  }
  throw new RangeError('protobuf varint is longer than ten bytes');
}
