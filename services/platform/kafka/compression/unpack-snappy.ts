import { CompressionError, readCompressed } from './compressed-bytes.ts';
import type { CompressedBytes } from './compressed-bytes.ts';
import { unpackUpTo } from './unpacked-bytes.ts';
import type { UnpackedBytes } from './unpacked-bytes.ts';

/** Of Java's producers, which cut a batch into blocks; others write one block without a frame. */
const FRAME_MAGIC = Buffer.from('\x82SNAPPY\0', 'latin1');
const FRAME_HEADER_BYTES = 16;
const BLOCK_LENGTH_BYTES = 4;
const FIRST_LONG_LITERAL = 60;

/**
 * Unpacks Snappy, framed as Java's producers do it or bare.
 *
 * @param limit bytes that it may unpack to.
 * @throws CompressionError
 */
export function unpackSnappy(bytes: Buffer, limit: number): Buffer {
  const output = unpackUpTo(limit);
  if (!bytes.subarray(0, FRAME_MAGIC.length).equals(FRAME_MAGIC)) {
    unpackBlock(bytes, output);
    return output.bytes();
  }
  const frame = readCompressed(bytes);
  frame.take(FRAME_HEADER_BYTES);
  while (!frame.isAtEnd()) unpackBlock(frame.take(frame.take(BLOCK_LENGTH_BYTES).readUInt32BE()), output);
  return output.bytes();
}

function unpackBlock(block: Buffer, output: UnpackedBytes): void {
  const input = readCompressed(block);
  const end = output.length() + readLength(input);
  const begin = output.length();
  while (!input.isAtEnd()) {
    const tag = input.byte();
    const kind = tag & 3;
    if (kind === 0) {
      output.append(input.take(literalLength(tag >>> 2, input)));
      continue;
    }
    const length = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    const distance = kind === 1 ? ((tag >>> 5) << 8) + input.byte() : input.littleEndian(kind === 2 ? 2 : 4);
    // A block points into itself only.
    if (distance > output.length() - begin) throw new CompressionError('a Snappy block points before its beginning');
    output.copy(distance, length);
  }
  if (output.length() !== end) throw new CompressionError('a Snappy block is not as long as it says');
}

/** A varint of up to 32 bits. */
function readLength(input: CompressedBytes): number {
  let length = 0;
  for (let scale = 1; scale < 2 ** 35; scale *= 128) {
    const byte = input.byte();
    length += (byte & 0x7f) * scale;
    if (byte < 0x80) return length;
  }
  throw new CompressionError('the length of a Snappy block is malformed');
}

function literalLength(size: number, input: CompressedBytes): number {
  return 1 + (size < FIRST_LONG_LITERAL ? size : input.littleEndian(size - FIRST_LONG_LITERAL + 1));
}
