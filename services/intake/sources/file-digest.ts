import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

const PIECE_BYTES = 1_048_576;

/** What a file holds, and as what it stood on the disk when that was read. */
export interface FileContent {
  readonly digest: string;
  readonly size: number;
  readonly modifiedMs: number;
}

/** SHA-256 of a file's bytes: the same content is known again under any name. */
export async function digestOf(path: string, signal: AbortSignal): Promise<FileContent> {
  const { size, mtimeMs } = await stat(path);
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: PIECE_BYTES, signal })) {
    if (Buffer.isBuffer(piece)) hash.update(piece);
  }
  return { digest: hash.digest('hex'), size, modifiedMs: mtimeMs };
}
