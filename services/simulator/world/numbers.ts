/**
 * Raw numbers of the simulated country. They live only while the population is being built; all that is kept of them is the
 * pseudonym that the caller's port makes.
 */

const OWN_PREFIX = 139;
const RIVAL_PREFIXES: Readonly<Record<string, number>> = { unicom: 186, telecom: 189, other: 170, abroad: 852 };

/** E.164 digits with country code, without plus sign. */
export function rawNumberOf(operatorCode: string, ordinal: number): string {
  const prefix = operatorCode === 'own' ? OWN_PREFIX : (RIVAL_PREFIXES[operatorCode] ?? 199);
  return `86${prefix}${ordinal.toString().padStart(8, '0')}`;
}

/** A device's 15 digits; the last is the check digit by Luhn's rule. */
export function rawImeiOf(typeCode: string, ordinal: number): string {
  const body = typeCode + ordinal.toString().padStart(6, '0');
  let sum = 0;
  for (let i = 0; i < body.length; i += 1) {
    const digit = Number(body[i]) * (i % 2 === 0 ? 1 : 2);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return body + ((10 - (sum % 10)) % 10).toString();
}
