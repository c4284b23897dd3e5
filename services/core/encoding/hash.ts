/** Stable 32-bit hash of a text (FNV-1a with a final avalanche). Part of stored state: never change it. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return avalanche(hash);
}

/**
 * Stable 48-bit hash of two texts, as an exact number. Among n texts the odds that two collide are about n² / 5.6e14.
 * Part of stored state: never change it.
 */
export function hash48(first: string, second: string): number {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let i = 0; i < first.length; i++) {
    const code = first.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b) + (high >>> 15);
  }
  low = Math.imul(low ^ 0xffff, 0x01000193);
  high = Math.imul(high ^ 0xffff, 0x85ebca6b) + (high >>> 15);
  for (let i = 0; i < second.length; i++) {
    const code = second.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b) + (high >>> 15);
  }
  return (avalanche(high) >>> 16) * 2 ** 32 + avalanche(low);
}

function avalanche(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
