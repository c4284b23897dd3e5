import type { NameChange } from './name-change.ts';

const TOLD = 5;

/** Who changes names, and who does not. */
export interface Membership {
  readonly moved: number;
  /** Pseudonyms of the old key whose number is not on the list: under the new key nothing more comes of them. */
  readonly unlisted: number;
  /** The first of them. */
  readonly examples: readonly string[];
  /** No pseudonyms of the old key: they go on under the id that they have. */
  readonly unchanged: number;
  /** Who would come under an id that another one has as well. */
  readonly collisions: number;
  /** The first of such ids. */
  readonly taken: readonly string[];
  /** Subscribers of each partition under the new names. */
  readonly perPartition: readonly number[];
}

export interface MembershipCount {
  readonly take: (oldId: string, partition: number) => void;
  readonly result: () => Membership;
}

export function countMembership(setup: {
  readonly names: NameChange;
  readonly oldKeyId: string;
  readonly partitions: number;
  readonly partitionOf: (key: string) => number;
}): MembershipCount {
  const { names, oldKeyId, partitions, partitionOf } = setup;
  let [moved, unlisted, unchanged, collisions] = [0, 0, 0, 0];
  const examples: string[] = [];
  const taken: string[] = [];
  const arrived = new Set<string>();
  const perPartition = Array.from({ length: partitions }, () => 0);
  const arrive = (id: string, partition: number): void => {
    perPartition[partition] = (perPartition[partition] ?? 0) + 1;
    if (arrived.has(id)) {
      collisions++;
      if (taken.length < TOLD) taken.push(id);
    }
    arrived.add(id);
  };
  return {
    take(oldId, partition) {
      const newId = names.newIdOf(oldId);
      arrive(newId ?? oldId, newId === undefined ? partition : partitionOf(newId));
      if (newId !== undefined) {
        moved++;
      } else if (oldId.startsWith(`${oldKeyId}-`)) {
        unlisted++;
        if (examples.length < TOLD) examples.push(oldId);
      } else {
        unchanged++;
      }
    },
    result: () => ({ moved, unlisted, examples, unchanged, collisions, taken, perPartition }),
  };
}
