import { hash32 } from '../core/encoding/hash.ts';

/** Which pseudonym follows which. Raw numbers are not kept. */
export interface NameChange {
  /** Numbers that are known. */
  readonly size: number;
  /** Undefined for a pseudonym of a number that is not known. */
  readonly newIdOf: (oldId: string) => string | undefined;
  /** The same of the hash under which a circle keeps another party. */
  readonly newHashOf: (oldHash: number) => number | undefined;
}

export interface NameChangeBuilder extends NameChange {
  readonly add: (number: string) => 'added' | 'repeated';
}

/** Pseudonyms of one key and of the next, for as many numbers as are added. */
export function createNameChange(
  oldPseudonymOf: (number: string) => string,
  newPseudonymOf: (number: string) => string,
): NameChangeBuilder {
  const ids = new Map<string, string>();
  const hashes = new Map<number, number>();
  return {
    get size() {
      return ids.size;
    },
    newIdOf: (oldId) => ids.get(oldId),
    newHashOf: (oldHash) => hashes.get(oldHash),
    add(number) {
      const oldId = oldPseudonymOf(number);
      if (ids.has(oldId)) return 'repeated';
      const newId = newPseudonymOf(number);
      ids.set(oldId, newId);
      const oldHash = hash32(oldId);
      // Two numbers of one hash were one party to a circle, and one of them has to be gone on with: the same in any order
      // of the list.
      hashes.set(oldHash, Math.min(hash32(newId), hashes.get(oldHash) ?? Infinity));
      return 'added';
    },
  };
}
