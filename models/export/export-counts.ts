/** What became of everything that an export has read; one for all partitions. */
export interface ExportCounts {
  records: number;
  /** Known only after the cut-off. */
  knownLater: number;
  folded: number;
  duplicates: number;
  /** Behind the watermark by more than the policy allows: in no vector. */
  late: number;
  marks: number;
  outcomes: number;
  /** Records that scorers park, by reason. */
  readonly rejected: Map<string, number>;
  /** Subscribers at an as-of without a row, by reason. */
  readonly leftOut: Map<LeftOutReason, number>;
  /** Rows that partitions could not give because event time did not pass the as-of, by as-of; number of partitions. */
  readonly notReached: Map<number, number>;
  readonly beforeStart: Map<number, number>;
  partitions: number;
  /** Subscribers of the table of labels, where there is one, of whom the log tells anything. */
  readonly tableMatched: Set<string>;
}

export type LeftOutReason = 'immature' | 'not_in_table' | 'known_before';

export function newExportCounts(): ExportCounts {
  return {
    records: 0,
    knownLater: 0,
    folded: 0,
    duplicates: 0,
    late: 0,
    marks: 0,
    outcomes: 0,
    rejected: new Map(),
    leftOut: new Map(),
    notReached: new Map(),
    beforeStart: new Map(),
    partitions: 0,
    tableMatched: new Set(),
  };
}

export function countOne<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
