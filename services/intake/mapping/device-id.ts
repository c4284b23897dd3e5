/** With separators. */
const MAX_WRITTEN_LENGTH = 64;

/**
 * Brings an IMEI (14 digits, 15 with check digit) or IMEISV (16) to the 15 digits of the IMEI, so that one device has
 * one pseudonym however a source writes it: records of switches put a 0 or a version where the check digit stands.
 * Undefined for what is no such number.
 */
export function toImei(text: string): string | undefined {
  if (text.length > MAX_WRITTEN_LENGTH) return undefined;
  const digits = /^\d+$/.test(text) ? text : text.replace(/[\s\-/]/g, '');
  if (!/^\d{14,16}$/.test(digits)) return undefined;
  const body = digits.slice(0, 14);
  return body + luhnDigit(body);
}

function luhnDigit(body: string): string {
  let sum = 0;
  for (let at = 0; at < body.length; at++) {
    const doubled = (body.charCodeAt(at) - 48) * (at % 2 === 0 ? 1 : 2);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
}
