import { hkdfSync } from 'node:crypto';
import { createKeyedDigest } from './keyed-digest.ts';

/** 16 of the 32 bytes: enough to keep numbers apart (collision odds 1e-22 at ten million), half the size in every key. */
const PSEUDONYM_BYTES = 16;
const EVENT_ID_BYTES = 16;

/** Regular expression of a key id. */
export const PSEUDONYM_KEY_ID_PATTERN = '^[a-z0-9]{1,8}$';
const keyIdPattern = new RegExp(PSEUDONYM_KEY_ID_PATTERN);
const MIN_SECRET_BYTES = 16;

/** Whether the text is long enough for a secret. */
export function isPseudonymSecret(text: string): boolean {
  return Buffer.byteLength(text) >= MIN_SECRET_BYTES;
}

/**
 * Makes "<keyId>-<base64url>" pseudonyms of phone numbers and device ids with HMAC-SHA-256. Plain hashes of numbers can
 * be reversed by trying all numbers; these only by who holds the secret. Nothing is remembered: a cache pays only where
 * it holds about the whole base, and would keep that many raw numbers.
 *
 * @param keyId 1–8 letters or digits; names the secret so that it can be rotated.
 * @param secret at least 16 bytes.
 */
export function createPseudonymizer(options: {
  readonly keyId: string;
  readonly secret: string;
}): (raw: string) => string {
  const { keyId, secret } = options;
  if (!keyIdPattern.test(keyId)) throw new RangeError('pseudonym key id: 1 to 8 lower-case letters or digits');
  const digestOf = createKeyedDigest(keyFrom(secret), PSEUDONYM_BYTES);
  return function pseudonymOf(raw) {
    return `${keyId}-${digestOf(raw)}`;
  };
}

/**
 * Makes ids of records from the values that identify them, which may be raw numbers: 16 bytes of HMAC-SHA-256 in base64url.
 * The parts are kept apart (['ab', 'c'] is not ['a', 'bc']), and the key is derived from the secret for this use alone, so
 * that no id equals or gives away a pseudonym.
 *
 * @param secret at least 16 bytes; the pseudonyms' own may be given.
 */
export function createEventIdentifier(options: { readonly secret: string }): (parts: readonly string[]) => string {
  const key = new Uint8Array(hkdfSync('sha256', keyFrom(options.secret), '', 'churn-warning event id', 32));
  const digestOf = createKeyedDigest(key, EVENT_ID_BYTES);
  return function eventIdOf(parts) {
    let text = '';
    for (const part of parts) text += `${part.length}:${part}`;
    return digestOf(text);
  };
}

function keyFrom(secret: string): Buffer {
  if (!isPseudonymSecret(secret)) throw new RangeError('pseudonym secret: at least 16 bytes');
  return Buffer.from(secret);
}
