import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';

/** A stream that ended in the middle of what it should hold. */
export class TruncatedSourceError extends Error {
  override readonly name = 'TruncatedSourceError';
}

const GZIP_MAGIC = [0x1f, 0x8b] as const;
const BYTE_ORDER_MARK = '\uFEFF';
/** Small enough that a piece's rows are parsed within some milliseconds. */
const PIECE_BYTES = 131_072;

/**
 * The text of a stream of bytes, in pieces: gunzipped where it begins like gzip (also with several members), UTF-8
 * decoded across the cuts, without a byte-order mark.
 *
 * @param onBytes told how many bytes of the stream were taken, compressed as they are.
 * @throws TruncatedSourceError where gzip ends too early or is damaged.
 */
export async function* readText(source: Readable, onBytes: (bytes: number) => void): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let isFirst = true;
  for await (const bytes of unpacked(source, onBytes)) {
    let text = decoder.write(bytes);
    if (text === '') continue;
    if (isFirst && text.startsWith(BYTE_ORDER_MARK)) text = text.slice(1);
    isFirst = false;
    yield text;
  }
  const tail = decoder.end();
  if (tail !== '') yield tail;
}

async function* unpacked(source: Readable, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  const pieces = counted(source, onBytes);
  const head = await firstBytes(pieces);
  if (head[0] !== GZIP_MAGIC[0] || head[1] !== GZIP_MAGIC[1]) {
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
    throw isDamage(error) ? new TruncatedSourceError(`gzip is cut off or damaged: ${String(error)}`) : error;
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
  while (length < GZIP_MAGIC.length) {
    const next = await pieces.next();
    if (next.done === true) break;
    first.push(next.value);
    length += next.value.length;
  }
  return Buffer.concat(first);
}

function isDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
