/** Fields of the contract that hold pseudonyms, wherever they stand. */
const PSEUDONYM_FIELDS: Readonly<Record<string, 'number' | 'device' | 'text'>> = {
  partyId: 'number',
  imeiHash: 'device',
  identityHash: 'text',
};

/** Of what a field holds the pseudonym, by the last part of its path; undefined for one that holds none. */
export function pseudonymKindOf(fieldName: string): 'number' | 'device' | 'text' | undefined {
  return Object.hasOwn(PSEUDONYM_FIELDS, fieldName) ? PSEUDONYM_FIELDS[fieldName] : undefined;
}
