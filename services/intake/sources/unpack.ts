import { once } from 'node:events';
import { createGunzip } from 'node:zlib';

const GZIP_MAGIC = [0x1f, 0x8b] as const;
const CHUNK_BYTES = 131_072;

export function isGzip(head: Buffer): boolean {
  return head[0] === GZIP_MAGIC[0] && head[1] === GZIP_MAGIC[1];
}

export interface Unpacking {
  take(piece: Buffer): Promise<void>;
  /** What is wrong with the gzip; undefined where nothing is. */
  end(): Promise<string | undefined>;
}

/** Unpacks for nothing but to see whether it can be done; bytes that do not begin like gzip pass. */
export function startUnpacking(head: Buffer): Unpacking {
  if (!isGzip(head)) return { take: () => Promise.resolve(), end: () => Promise.resolve(undefined) };
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  let damage: string | undefined;
  const ended = new Promise<undefined>((resolve) => {
    gunzip.once('error', (error) => {
      damage = damageOf(error);
      resolve(undefined);
    });
    gunzip.once('end', () => {
      resolve(undefined);
    });
  });
  gunzip.resume();
  return {
    async take(piece) {
      if (damage === undefined && !gunzip.write(piece))
        await Promise.race([once(gunzip, 'drain').catch(() => []), ended]);
    },
    async end() {
      if (damage === undefined) gunzip.end();
      await ended;
      gunzip.destroy();
      return damage;
    },
  };
}

export function damageOf(error: Error): string {
  return `gzip is cut off or damaged: ${error.message}`;
}
