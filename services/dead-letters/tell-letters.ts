import { placeOf } from './letter-shelf.ts';
import type { Letter } from './letter-shelf.ts';
import type { ReplayBooks } from './replay-letters.ts';

export interface ReasonCount {
  readonly reason: string;
  readonly letters: number;
  readonly replayed: number;
  /** Letters of what had been fed in before and was parked anew. */
  readonly again: number;
  readonly byPartition: Readonly<Record<string, number>>;
}

export function countByReason(letters: readonly Letter[]): readonly ReasonCount[] {
  const reasons = [...new Set(letters.map(({ reason }) => reason))].toSorted();
  return reasons.map((reason) => {
    const own = letters.filter((letter) => letter.reason === reason);
    const byPartition: Record<string, number> = {};
    for (const { partition } of own) byPartition[partition] = (byPartition[partition] ?? 0) + 1;
    return {
      reason,
      letters: own.length,
      replayed: own.filter(({ isReplayed }) => isReplayed).length,
      again: own.filter(({ replayOf }) => replayOf !== undefined).length,
      byPartition,
    };
  });
}

export function countLines(topic: string, counts: readonly ReasonCount[]): readonly string[] {
  if (counts.length === 0) return [`${topic}: no dead letters`];
  const total = counts.reduce((sum, { letters }) => sum + letters, 0);
  const width = Math.max(...counts.map(({ reason }) => reason.length), 'reason'.length);
  return [
    `${topic}: ${total} dead letters`,
    `  ${'reason'.padEnd(width)}  letters  replayed  again  by partition`,
    ...counts.map(({ reason, letters, replayed, again, byPartition }) => {
      const partitions = Object.entries(byPartition).map(([partition, count]) => `${partition}: ${count}`);
      const cells = [String(letters).padStart(7), String(replayed).padStart(8), String(again).padStart(5)];
      return `  ${reason.padEnd(width)}  ${cells.join('  ')}  ${partitions.join(', ')}`;
    }),
  ];
}

/** One letter for people: what is of the subscriber stays out, key and content. */
export function letterLine(letter: Letter): string {
  const { partition, offset, timestampMs, reason, detail, replayOf, isReplayed } = letter;
  const size = sizeOf(letter);
  const again = replayOf === undefined ? '' : `, fed in before as ${replayOf}`;
  const done = isReplayed ? ', replayed' : '';
  return `${placeOf(partition, offset)}  ${new Date(timestampMs).toISOString()}  ${reason}: ${detail} (${size}${again}${done})`;
}

function sizeOf({ isWithheld, valueBytes }: Letter): string {
  if (isWithheld) return 'left at its origin, may hold a phone number';
  return valueBytes === undefined ? 'no value' : `${valueBytes} bytes`;
}

export function bookLines(books: ReplayBooks, isDry: boolean): readonly string[] {
  const { selected, replayed, replayedBefore, stillBad, gone, reasons } = books;
  const why = Object.entries(reasons).map(([reason, count]) => `${reason} ${count}`);
  return [
    `selected ${selected} = ${isDry ? 'to replay' : 'replayed'} ${replayed} + replayed before ${replayedBefore} + ` +
      `still bad ${stillBad} + gone ${gone}`,
    ...(why.length === 0 ? [] : [`still bad: ${why.join(', ')}`]),
  ];
}
