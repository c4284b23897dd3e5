import { FEATURES } from '../../services/core/features/registry.ts';
import { writeVector } from '../../services/core/features/vector.ts';
import type { Label } from '../../services/core/labels/label-definition.ts';
import type { SubscriberState } from '../../services/core/subscriber/subscriber-state.ts';
import type { CivilCalendar } from '../../services/core/time/civil-calendar.ts';

/** A subscriber at an as-of, with the vector's place. */
export interface TrainingRow {
  readonly subscriberId: string;
  /** As it was asked for. */
  readonly asOfMs: number;
  /** The instant the vector speaks of; never before `asOfMs`. */
  readonly vectorAsOfMs: number;
  /** Undefined while it is not mature. */
  label: Label | undefined;
  readonly place: number;
}

export type LabelledRow = TrainingRow & { readonly label: Label };

/** Rows while they are made: some 0.4 kB each, in memory until all partitions are read. */
export interface TrainingRows {
  /** Adds a row with the vector of the state as it is now. */
  add(
    subject: Pick<TrainingRow, 'subscriberId' | 'asOfMs' | 'vectorAsOfMs' | 'label'>,
    state: SubscriberState,
  ): TrainingRow;
  /** Rows that have a label, by as-of and subscriber id: in whatever order partitions were read. */
  labelled(): readonly LabelledRow[];
  /** One feature's values of the given rows. */
  column(feature: number, rows: readonly TrainingRow[]): Float32Array;
  vectorOf(row: TrainingRow): Float32Array;
}

const ROWS_PER_CHUNK = 4_096;

export function createTrainingRows(calendar: CivilCalendar): TrainingRows {
  const rows: TrainingRow[] = [];
  const chunks: Float32Array[] = [];

  function vectorOf({ place }: TrainingRow): Float32Array {
    const at = (place % ROWS_PER_CHUNK) * FEATURES.length;
    const chunk = chunks[Math.floor(place / ROWS_PER_CHUNK)];
    if (chunk === undefined) throw new RangeError(`no row has the place ${place}`);
    return chunk.subarray(at, at + FEATURES.length);
  }

  return {
    add(subject, state) {
      const row = { ...subject, place: rows.length };
      if (row.place % ROWS_PER_CHUNK === 0) chunks.push(new Float32Array(ROWS_PER_CHUNK * FEATURES.length));
      rows.push(row);
      writeVector(vectorOf(row), 0, state, row.vectorAsOfMs, calendar);
      return row;
    },
    labelled: () => rows.filter((row): row is LabelledRow => row.label !== undefined).sort(inOrder),
    column: (feature, chosen) => Float32Array.from(chosen, (row) => vectorOf(row)[feature] ?? Number.NaN),
    vectorOf,
  };
}

function inOrder(a: TrainingRow, b: TrainingRow): number {
  return a.asOfMs - b.asOfMs || (a.subscriberId < b.subscriberId ? -1 : a.subscriberId > b.subscriberId ? 1 : 0);
}
