import { createHmac } from 'node:crypto';

/** 16 of the 32 bytes: enough to keep numbers apart (collision odds 1e-22 at ten million), half the size in every key. */
const PSEUDONYM_BYTES = 16;

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
  if (!/^[a-z0-9]{1,8}$/.test(keyId)) throw new RangeError('pseudonym key id: 1 to 8 lower-case letters or digits');
  if (Buffer.byteLength(secret) < 16) throw new RangeError('pseudonym secret: at least 16 bytes');
  return function pseudonymOf(raw) {
    const digest = createHmac('sha256', secret).update(raw).digest();
    return `${keyId}-${digest.toString('base64url', 0, PSEUDONYM_BYTES)}`;
  };
}
