import { placeOf } from './letter-shelf.ts';
import type { Letter } from './letter-shelf.ts';

/** Which letters a command is about; what is left out does not narrow. */
export interface Selection {
  readonly reasons: readonly string[];
  readonly partition: number | undefined;
  /** Offsets of the origin, both included. */
  readonly fromOffset: bigint | undefined;
  readonly toOffset: bigint | undefined;
  /** When the origin took the record; from included, until not. */
  readonly sinceMs: number | undefined;
  readonly untilMs: number | undefined;
  /** By "partition/offset". */
  readonly places: ReadonlySet<string> | undefined;
}

export function selectLetters(letters: readonly Letter[], selection: Selection): readonly Letter[] {
  const { reasons, partition, fromOffset, toOffset, sinceMs, untilMs, places } = selection;
  return letters.filter(
    (letter) =>
      (reasons.length === 0 || reasons.includes(letter.reason)) &&
      (partition === undefined || letter.partition === partition) &&
      (fromOffset === undefined || letter.offset >= fromOffset) &&
      (toOffset === undefined || letter.offset <= toOffset) &&
      (sinceMs === undefined || letter.timestampMs >= sinceMs) &&
      (untilMs === undefined || letter.timestampMs < untilMs) &&
      (places === undefined || places.has(placeOf(letter.partition, letter.offset))),
  );
}
