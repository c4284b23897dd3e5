import { CompressionError } from './compressed-bytes.ts';

const FIRST_ROOM = 65_536;

/** What was unpacked so far, growing up to a limit. */
export interface UnpackedBytes {
  length(): number;
  append(bytes: Uint8Array): void;
  /** Repeats what stands `distance` bytes back; a copy longer than its distance repeats itself. */
  copy(distance: number, length: number): void;
  bytes(): Buffer;
}

/**
 * @param limit bytes, at most: a small batch may be made to unpack to a thousand times its size.
 * @throws CompressionError, from `append` and `copy`, beyond the limit or before the beginning.
 */
export function unpackUpTo(limit: number): UnpackedBytes {
  let room = Buffer.alloc(Math.min(FIRST_ROOM, limit));
  let length = 0;

  function grow(by: number): void {
    const needed = length + by;
    if (needed > limit) throw new CompressionError(`a batch unpacks to more than ${limit} bytes`);
    if (needed <= room.length) return;
    const larger = Buffer.alloc(Math.min(Math.max(room.length * 2, needed), limit));
    room.copy(larger, 0, 0, length);
    room = larger;
  }

  return {
    length: () => length,
    append(bytes) {
      grow(bytes.length);
      room.set(bytes, length);
      length += bytes.length;
    },
    copy(distance, count) {
      if (distance < 1 || distance > length) throw new CompressionError('the compressed bytes point nowhere');
      grow(count);
      const end = length + count;
      while (length < end) {
        // What has just been copied may be copied on with.
        const step = Math.min(distance, end - length);
        room.copyWithin(length, length - distance, length - distance + step);
        length += step;
      }
    },
    bytes: () => room.subarray(0, length),
  };
}
