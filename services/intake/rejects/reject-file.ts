import { mkdir, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that rejects are appended to. */
export interface RejectFile {
  /** Appends lines; answers the file's length after them, to be kept with the position of the rows. */
  append(lines: string): Promise<number>;
  close(): Promise<void>;
}

/**
 * Opens a rejects file at the length that its rows' position was written with: what stands behind it belongs to rows
 * that will be read again. A file shorter than that (another disk, cleared away) is gone on with as it is. Nothing is
 * created before the first reject.
 */
export async function openRejectFile(path: string, keptBytes: number): Promise<RejectFile> {
  let file = await openExisting(path);
  let length = 0;
  if (file !== undefined) {
    length = Math.min((await file.stat()).size, keptBytes);
    await file.truncate(length);
  }
  return {
    async append(lines) {
      if (lines === '') return length;
      if (file === undefined) {
        await mkdir(dirname(path), { recursive: true });
        file = await open(path, 'w');
      }
      const bytes = Buffer.from(lines);
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await file.write(bytes, done, bytes.length - done, length + done);
        done += bytesWritten;
      }
      length += bytes.length;
      return length;
    },
    async close() {
      await file?.close();
    },
  };
}

async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
