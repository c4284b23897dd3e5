import { CompressionError, readCompressed } from './compressed-bytes.ts';
import type { CompressedBytes } from './compressed-bytes.ts';
import { unpackUpTo } from './unpacked-bytes.ts';
import type { UnpackedBytes } from './unpacked-bytes.ts';

const FRAME_MAGIC = 0x184d2204;
const VERSION_MASK = 0xc0;
const VERSION = 0x40;
const BLOCK_CHECKSUM = 0x10;
const CONTENT_SIZE = 0x08;
const DICTIONARY = 0x01;
const STORED_BLOCK = 0x80000000;
const LEAST_MATCH = 4;
const LONG_LENGTH = 15;

/**
 * Unpacks one LZ4 frame. Its checksums are passed over: Kafka's own covers the batch.
 *
 * @param limit bytes that it may unpack to.
 * @throws CompressionError
 */
export function unpackLz4(bytes: Buffer, limit: number): Buffer {
  const input = readCompressed(bytes);
  if (input.littleEndian(4) !== FRAME_MAGIC) throw new CompressionError('no LZ4 frame');
  const flags = input.byte();
  if ((flags & VERSION_MASK) !== VERSION) throw new CompressionError('an LZ4 frame of an unknown version');
  if ((flags & DICTIONARY) !== 0) throw new CompressionError('an LZ4 frame that needs a dictionary');
  // Largest block, size of the content and checksum of the header.
  input.take(1 + ((flags & CONTENT_SIZE) === 0 ? 0 : 8) + 1);
  const output = unpackUpTo(limit);
  for (let size = input.littleEndian(4); size !== 0; size = input.littleEndian(4)) {
    const isStored = size >= STORED_BLOCK;
    const block = input.take(isStored ? size - STORED_BLOCK : size);
    if (isStored) output.append(block);
    else unpackBlock(block, output);
    if ((flags & BLOCK_CHECKSUM) !== 0) input.take(4);
  }
  return output.bytes();
}

/** Literals and a match, again and again; the last has literals only. Blocks may point into the ones before them. */
function unpackBlock(block: Buffer, output: UnpackedBytes): void {
  const input = readCompressed(block);
  for (;;) {
    const token = input.byte();
    output.append(input.take(readLength(token >>> 4, input)));
    if (input.isAtEnd()) return;
    const distance = input.littleEndian(2);
    output.copy(distance, readLength(token & 0x0f, input) + LEAST_MATCH);
  }
}

function readLength(short: number, input: CompressedBytes): number {
  let length = short;
  if (short < LONG_LENGTH) return length;
  for (;;) {
    const more = input.byte();
    length += more;
    if (more < 0xff) return length;
  }
}
