import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
/** Numbers and record keys are short; what is longer gets a buffer of its own. */
const USUAL_TEXT_BYTES = 256;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/**
 * HMAC-SHA-256 (RFC 2104) of a text's UTF-8, cut to its first `bytes` bytes, in base64url. Two one-shot hashes over
 * prepared key pads, with digests handed over as Latin-1: an Hmac object and a Buffer for every digest cost over twice
 * as much. Not for two threads at once: it works in buffers of its own.
 *
 * @param bytes 1 to 32.
 */
export function createKeyedDigest(key: Uint8Array, bytes: number): (text: string) => string {
  const inner = padded(key, INNER_PAD, USUAL_TEXT_BYTES);
  const outer = padded(key, OUTER_PAD, DIGEST_BYTES);
  const digest = Buffer.alloc(bytes);
  const innerByLength: (Buffer | undefined)[] = [];

  function innerDigest(text: string): string {
    // A UTF-16 unit takes at most three bytes.
    if (text.length * 3 > USUAL_TEXT_BYTES) {
      return hash('sha256', Buffer.concat([inner.subarray(0, BLOCK_BYTES), Buffer.from(text)]), 'latin1');
    }
    const length = inner.write(text, BLOCK_BYTES);
    return hash('sha256', (innerByLength[length] ??= inner.subarray(0, BLOCK_BYTES + length)), 'latin1');
  }

  return function keyedDigestOf(text) {
    outer.write(innerDigest(text), BLOCK_BYTES, 'latin1');
    digest.write(hash('sha256', outer, 'latin1'), 0, bytes, 'latin1');
    return digest.toString('base64url');
  };
}

/** A block of the key with every bit of the pad turned over, and room for what follows. */
function padded(key: Uint8Array, pad: number, room: number): Buffer {
  const shortKey = key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key;
  const block = Buffer.alloc(BLOCK_BYTES + room);
  for (let index = 0; index < BLOCK_BYTES; index += 1) block[index] = (shortKey[index] ?? 0) ^ pad;
  return block;
}
