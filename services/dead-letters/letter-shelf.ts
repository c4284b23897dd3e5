import type { IncomingRecord } from '../platform/kafka/record.ts';
import { readLetterHead, readReplayMark } from './dead-letter-record.ts';
import type { LetterHead } from './dead-letter-record.ts';

export interface Letter extends LetterHead {
  readonly isReplayed: boolean;
}

/** What a dead-letter topic holds. */
export interface LetterShelf {
  take(record: IncomingRecord, partition: number): void;
  /** Each parked record once, however often it was parked: by partition, then by the offset of its origin. */
  letters(): readonly Letter[];
  /** Records that are neither letters nor marks. */
  strangers(): number;
}

export function createLetterShelf(): LetterShelf {
  const heads = new Map<string, LetterHead>();
  const replayed = new Set<string>();
  let strangers = 0;
  return {
    take(record, partition) {
      const mark = readReplayMark(record);
      if (mark !== undefined) {
        for (const offset of mark) replayed.add(placeOf(partition, offset));
        return;
      }
      const head = readLetterHead(record);
      if (head === undefined) {
        strangers += 1;
        return;
      }
      const place = placeOf(head.partition, head.offset);
      // A record is parked again where its partition was cut off before the commit.
      if (!heads.has(place)) heads.set(place, head);
    },
    letters: () =>
      [...heads]
        .map(([place, head]) => ({ ...head, isReplayed: replayed.has(place) }))
        .toSorted((a, b) => a.partition - b.partition || (a.offset < b.offset ? -1 : 1)),
    strangers: () => strangers,
  };
}

/** A parked record's name for people and files. */
export function placeOf(partition: number, offset: bigint): string {
  return `${partition}/${offset}`;
}
