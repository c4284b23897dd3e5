import { createHmac } from 'node:crypto';

/** 16 of the 32 bytes: enough to keep numbers apart (collision odds 1e-22 at ten million), half the size in every key. */
const PSEUDONYM_BYTES = 16;

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
 * be reversed by trying all numbers; these only by who holds the secret.
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
  if (!isPseudonymSecret(secret)) throw new RangeError('pseudonym secret: at least 16 bytes');
  return function pseudonymOf(raw) {
    const digest = createHmac('sha256', secret).update(raw).digest();
    return `${keyId}-${digest.toString('base64url', 0, PSEUDONYM_BYTES)}`;
  };
}
