export type BytesLike = string | number | Uint8Array;

/** The bytes that go over the wire: text as UTF-8, numbers in decimals, bytes as they are and not copied. */
export function toBytes(value: BytesLike): Uint8Array {
  return value instanceof Uint8Array ? value : Buffer.from(String(value));
}

/** One character for each byte: a text that compares and sorts as the bytes do, for keys, fields and members. */
export function latin1(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return buffer.toString('latin1');
}

/** The way back from `latin1`. */
export function fromLatin1(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}
