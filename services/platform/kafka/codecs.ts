import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
// Node finds the names of this package's exports only up to the first that is not a plain one.
import kafkajs from 'kafkajs';
import { CompressionError } from './compression/compressed-bytes.ts';
import { unpackLz4 } from './compression/unpack-lz4.ts';
import { unpackSnappy } from './compression/unpack-snappy.ts';

/**
 * What one batch may unpack to. Producers compress batches of up to the broker's limit, 1 MiB unless told, and a record
 * of 10 MB still fits; a batch made to unpack to gigabytes is refused, and reading stops there.
 */
export const MAX_UNPACKED_BYTES = 64 * 1_048_576;

const asyncGunzip = promisify(gunzip);
const asyncZstd = promisify(zstdDecompress);

/** By the name that a producer's `compression.type` has. @throws CompressionError, each, for malformed bytes and beyond the limit. */
export const unpackers: Readonly<Record<'gzip' | 'snappy' | 'lz4' | 'zstd', Unpack>> = {
  gzip: (bytes, limit) => bounded('gzip', limit, asyncGunzip(bytes, { maxOutputLength: limit })),
  snappy: (bytes, limit) => settled(() => unpackSnappy(bytes, limit)),
  lz4: (bytes, limit) => settled(() => unpackLz4(bytes, limit)),
  zstd: (bytes, limit) => bounded('zstd', limit, asyncZstd(bytes, { maxOutputLength: limit })),
};

type Unpack = (bytes: Buffer, limit: number) => Promise<Buffer>;

/**
 * Lets the client read batches of every compression that Kafka has; by itself it knows gzip only, unbounded, and a
 * consumer that meets another kind stops for good.
 */
export function registerCodecs(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  CompressionCodecs[CompressionTypes.GZIP] = () => codecOf(unpackers.gzip);
  CompressionCodecs[CompressionTypes.Snappy] = () => codecOf(unpackers.snappy);
  CompressionCodecs[CompressionTypes.LZ4] = () => codecOf(unpackers.lz4);
  CompressionCodecs[CompressionTypes.ZSTD] = () => codecOf(unpackers.zstd);
}

interface Codec {
  compress(): Promise<never>;
  decompress(bytes: Buffer): Promise<Buffer>;
}

function codecOf(unpack: Unpack): Codec {
  return {
    // Our own batches travel as they are, and the broker compresses where a topic says so.
    compress: () => Promise.reject(new Error('batches are not sent compressed')),
    decompress: (bytes) => unpack(bytes, MAX_UNPACKED_BYTES),
  };
}

async function bounded(kind: string, limit: number, unpacked: Promise<Buffer>): Promise<Buffer> {
  try {
    return await unpacked;
  } catch (error) {
    const isTooLarge = error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw new CompressionError(isTooLarge ? `a batch unpacks to more than ${limit} bytes` : `malformed ${kind}`, {
      cause: error,
    });
  }
}

function settled(unpack: () => Buffer): Promise<Buffer> {
  return new Promise((resolve) => {
    resolve(unpack());
  });
}
