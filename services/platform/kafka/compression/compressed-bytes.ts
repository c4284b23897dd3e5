/** Compressed bytes that are not what they should be, or that would unpack to more than is allowed. */
export class CompressionError extends Error {
  override readonly name = 'CompressionError';
}

/** Bytes to be unpacked, read from the front. Nothing behind the end is ever taken for a byte. */
export interface CompressedBytes {
  isAtEnd(): boolean;
  byte(): number;
  /** An unsigned integer of up to four bytes, least significant first. */
  littleEndian(bytes: number): number;
  take(count: number): Buffer;
}

/** @throws CompressionError, from every method, where the bytes end too early. */
export function readCompressed(bytes: Buffer): CompressedBytes {
  let at = 0;
  function advance(count: number): number {
    const start = at;
    at += count;
    if (at > bytes.length) throw new CompressionError('the compressed bytes are truncated');
    return start;
  }
  return {
    isAtEnd: () => at >= bytes.length,
    byte: () => bytes.readUInt8(advance(1)),
    littleEndian: (count) => bytes.readUIntLE(advance(count), count),
    take(count) {
      const start = advance(count);
      return bytes.subarray(start, start + count);
    },
  };
}
