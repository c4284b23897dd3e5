import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { damageOf, isGzip } from './unpack.ts';

/** A stream that ended in the middle of what it should hold. */
export class TruncatedSourceError extends Error {
  override readonly name = 'TruncatedSourceError';
}

const HEAD_BYTES = 2;
/** Small enough that a piece's rows are parsed within some milliseconds. */
const PIECE_BYTES = 131_072;

/**
 * The text of a stream of bytes, in pieces: gunzipped where it begins like gzip (also with several members), decoded
 * across the cuts, without a byte-order mark. What is no text in the encoding comes as U+FFFD.
 *
 * @param onBytes told how many bytes of the stream were taken, compressed as they are.
 * @throws TruncatedSourceError where gzip ends too early or is damaged.
 */
export async function* readText(
  source: Readable,
  encoding: string,
  onBytes: (bytes: number) => void,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const bytes of unpacked(source, onBytes)) {
    const text = decoder.decode(bytes, { stream: true });
    if (text !== '') yield text;
  }
  const tail = decoder.decode();
  if (tail !== '') yield tail;
}

async function* unpacked(source: Readable, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  const pieces = counted(source, onBytes);
  const head = await firstBytes(pieces);
  if (!isGzip(head)) {
    if (head.length > 0) yield head;
    yield* pieces;
    return;
  }
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  const feeding = pipeline(async function* () {
    yield head;
    yield* pieces;
  }, gunzip);
  // Whoever reads the other end meets the failure.
  feeding.catch(() => undefined);
  try {
    for await (const piece of gunzip) if (Buffer.isBuffer(piece)) yield piece;
  } catch (error) {
    throw isDamage(error) ? new TruncatedSourceError(damageOf(error)) : error;
  } finally {
    gunzip.destroy();
  }
}

async function* counted(source: Readable, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const piece of source) {
    if (!Buffer.isBuffer(piece)) throw new TypeError('the stream gives texts, expected bytes');
    onBytes(piece.length);
    yield piece;
  }
}

/** Two bytes at least, where there are as many. */
async function firstBytes(pieces: AsyncGenerator<Buffer>): Promise<Buffer> {
  const first: Buffer[] = [];
  let length = 0;
  while (length < HEAD_BYTES) {
    const next = await pieces.next();
    if (next.done === true) break;
    first.push(next.value);
    length += next.value.length;
  }
  return Buffer.concat(first);
}

function isDamage(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
