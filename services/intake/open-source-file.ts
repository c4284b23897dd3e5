import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { startUnpacking } from './sources/unpack.ts';

const DIGEST_BYTES = 1_048_576;
const READ_BYTES = 131_072;

/** A file that was opened and read once to know its content. What stands under its path now may be another one. */
export interface SourceFile {
  /** SHA-256 of the bytes: the same content is known again under any name. */
  readonly digest: string;
  readonly size: number;
  readonly modifiedMs: number;
  /** Why its gzip cannot be read to its end; undefined where it can, or is none. */
  readonly damage: string | undefined;
  /** The same file from its first byte. */
  read(): Readable;
  /** Whether somebody has written to it since before its digest was taken. */
  hasChanged(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Digest and rows come from one handle, so that they cannot be of two files. Gzip is unpacked once for nothing: damaged
 * bytes may unpack to rows that nobody wrote, and its checksum stands at its end. @throws as `open` does.
 */
export async function openSourceFile(path: string, signal: AbortSignal): Promise<SourceFile> {
  const handle = await open(path);
  try {
    const { size, mtimeMs } = await handle.stat();
    const hash = createHash('sha256');
    const bytes = handle.createReadStream({ start: 0, autoClose: false, highWaterMark: DIGEST_BYTES, signal });
    let unpacking: ReturnType<typeof startUnpacking> | undefined;
    for await (const piece of bytes) {
      if (!Buffer.isBuffer(piece)) continue;
      hash.update(piece);
      unpacking ??= startUnpacking(piece);
      await unpacking.take(piece);
    }
    const damage = await unpacking?.end();
    return {
      digest: hash.digest('hex'),
      size,
      modifiedMs: mtimeMs,
      damage,
      read: () => handle.createReadStream({ start: 0, autoClose: false, highWaterMark: READ_BYTES }),
      async hasChanged() {
        const now = await handle.stat();
        return now.size !== size || now.mtimeMs !== mtimeMs;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
