import { isPartitionMark } from '../../services/core/events/subscriber-event.ts';
import type { SubscriberEvent } from '../../services/core/events/subscriber-event.ts';
import type { LabelDefinition } from '../../services/core/labels/label-definition.ts';
import { labelByTable } from '../../services/core/labels/label-table.ts';
import type { LabelTable } from '../../services/core/labels/label-table.ts';
import { createLabelWindows } from '../../services/core/labels/label-windows.ts';
import type { Policy } from '../../services/core/policy/policy.ts';
import type { SubscriberState } from '../../services/core/subscriber/subscriber-state.ts';
import type { CivilCalendar } from '../../services/core/time/civil-calendar.ts';
import { countOne } from './export-counts.ts';
import type { ExportCounts } from './export-counts.ts';
import { followPartition } from './follow-partition.ts';
import type { RecordFate } from './follow-partition.ts';
import type { RecordsPrint } from './records-print.ts';
import type { PartitionSink } from './source-record.ts';
import type { TrainingRow, TrainingRows } from './training-rows.ts';

/** Where labels come from: the log itself, or a table that somebody made. */
export type LabelSource =
  | { readonly type: 'log'; readonly definition: LabelDefinition }
  | { readonly type: 'table'; readonly table: LabelTable };

export interface ExportPlan {
  readonly policy: Policy;
  readonly calendar: CivilCalendar;
  /** Ascending, each once. */
  readonly asOfsMs: readonly number[];
  /** What was known later is left out, as if it were not there; undefined takes all. */
  readonly knownThroughMs: number | undefined;
  readonly labels: LabelSource;
}

/** What the partitions of one export fill together. */
export interface ExportBooks {
  readonly rows: TrainingRows;
  readonly counts: ExportCounts;
  readonly print: RecordsPrint;
}

const COUNT_OF_FATE = {
  folded: 'folded',
  duplicate: 'duplicates',
  late: 'late',
  mark: 'marks',
  outcome: 'outcomes',
} as const satisfies Readonly<Record<RecordFate, keyof ExportCounts>>;

/** Makes the rows of one partition; those whose label is not mature at its end stay without one. */
export function exportPartition(plan: ExportPlan, { rows, counts, print }: ExportBooks): PartitionSink {
  const { knownThroughMs } = plan;
  const labeller = plan.labels.type === 'log' ? byLog(plan.labels.definition) : byTable(plan.labels.table);
  const follower = followPartition({ ...plan, onSubject: labeller.onSubject });
  counts.partitions++;

  /** Rows are labelled when the partition ends: stragglers still change what happened in a window. */
  function byLog(definition: LabelDefinition): Labeller {
    const windows = createLabelWindows(definition);
    const open: TrainingRow[] = [];
    return {
      onSubject(subscriberId, asOfMs, vectorAsOfMs, state) {
        windows.open(subscriberId, vectorAsOfMs);
        open.push(rows.add({ subscriberId, asOfMs, vectorAsOfMs, label: undefined }, state));
      },
      observe: (event) => {
        windows.observe(event);
      },
      settle(watermarkMs) {
        open.forEach((row, window) => {
          row.label = windows.labelOf(window, watermarkMs);
          if (row.label === undefined) countOne(counts.leftOut, 'immature');
        });
      },
    };
  }

  function byTable(table: LabelTable): Labeller {
    return {
      onSubject(subscriberId, asOfMs, vectorAsOfMs, state) {
        const label = labelByTable(table, subscriberId, vectorAsOfMs, knownThroughMs);
        if (typeof label === 'string') countOne(counts.leftOut, label);
        else rows.add({ subscriberId, asOfMs, vectorAsOfMs, label }, state);
      },
      observe({ subscriberId }) {
        if (table.has(subscriberId)) counts.tableMatched.add(subscriberId);
      },
      settle: () => undefined,
    };
  }

  return {
    take({ knownAtMs, read, bytes }) {
      counts.records++;
      if (knownThroughMs !== undefined && knownAtMs !== undefined && knownAtMs > knownThroughMs) {
        counts.knownLater++;
        return;
      }
      if (!read.ok) {
        countOne(counts.rejected, read.reason);
        return;
      }
      const record = read.value;
      if (isPartitionMark(record)) print.mark(bytes);
      else print.event(bytes);
      counts[COUNT_OF_FATE[follower.take(record)]]++;
      // After the fold: the record itself may have closed an as-of, and then belongs to its windows.
      if (!isPartitionMark(record)) labeller.observe(record);
    },
    end() {
      labeller.settle(follower.time().watermarkMs);
      for (const asOfMs of follower.notReached()) countOne(counts.notReached, asOfMs);
      for (const asOfMs of follower.beforeStart()) countOne(counts.beforeStart, asOfMs);
    },
  };
}

interface Labeller {
  readonly onSubject: (subscriberId: string, asOfMs: number, vectorAsOfMs: number, state: SubscriberState) => void;
  readonly observe: (event: SubscriberEvent) => void;
  readonly settle: (watermarkMs: number | undefined) => void;
}
