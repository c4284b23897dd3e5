/** A stream of pseudo-random numbers; equal seeds give equal streams on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}

/**
 * A stream named by numbers (seed, subscriber, day, purpose …). Each stream is independent of all others, so that a new
 * purpose, or one more draw in an old one, shifts nothing else.
 */
export function openRandom(...name: readonly number[]): Random {
  let state = 0x9e3779b9;
  for (const part of name) {
    state = mix((state ^ mix(part >>> 0)) + 0x6d2b79f5);
    const high = Math.floor(part / 0x1_0000_0000);
    if (high !== 0) state = mix(state ^ high);
  }
  const step = mix(state ^ 0x85ebca6b) | 1;

  return {
    next() {
      state = (state + step) | 0;
      return (mix(state) >>> 0) / 0x1_0000_0000;
    },
  };
}

/** A 32-bit number for a text, to name a stream by it (FNV-1a). */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash) >>> 0;
}

/** Finaliser of a Weyl counter: every input bit flips each output bit with odds of about one half. */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return hash ^ (hash >>> 15);
}
