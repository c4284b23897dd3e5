const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const R = 24;
const ASCII_END = 0x80;

/** Kafka's hash of a key (murmur2, 32 bits, signed), straight from an ASCII text without making bytes of it. */
export function murmur2OfAscii(text: string): number {
  const { length } = text;
  const body = length & ~3;
  let hash = SEED ^ length;
  for (let at = 0; at < body; at += 4) {
    let word =
      text.charCodeAt(at) |
      (text.charCodeAt(at + 1) << 8) |
      (text.charCodeAt(at + 2) << 16) |
      (text.charCodeAt(at + 3) << 24);
    word = Math.imul(word, M);
    word = Math.imul(word ^ (word >>> R), M);
    hash = Math.imul(hash, M) ^ word;
  }
  const left = length - body;
  if (left > 2) hash ^= text.charCodeAt(body + 2) << 16;
  if (left > 1) hash ^= text.charCodeAt(body + 1) << 8;
  if (left > 0) hash = Math.imul(hash ^ text.charCodeAt(body), M);
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}

/** Partition of a key by Kafka's own (Java) partitioner, for keys that are ASCII; undefined for others. */
export function asciiPartitionOf(key: string, partitionCount: number): number | undefined {
  for (let at = 0; at < key.length; at++) if (key.charCodeAt(at) >= ASCII_END) return undefined;
  return (murmur2OfAscii(key) & 0x7fff_ffff) % partitionCount;
}
