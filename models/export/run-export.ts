import { meaningOfLabel } from '../../services/core/labels/label-definition.ts';
import { newExportCounts } from './export-counts.ts';
import type { ExportCounts } from './export-counts.ts';
import { exportPartition } from './export-partition.ts';
import type { ExportPlan } from './export-partition.ts';
import { printOfTable } from './read-label-table.ts';
import { createRecordsPrint } from './records-print.ts';
import type { LogSource } from './source-record.ts';
import { encodeTrainingFile } from './training-file.ts';
import { createTrainingRows } from './training-rows.ts';
import type { LabelledRow } from './training-rows.ts';

export interface TrainingExport {
  readonly rows: readonly LabelledRow[];
  readonly counts: ExportCounts;
  /** The Parquet file; a pure function of plan and known records. */
  encode(): Buffer;
}

/** Reads a log once and makes the training set of a plan. @param counts filled as it goes, for those who watch. */
export async function runExport(
  plan: ExportPlan,
  source: LogSource,
  counts: ExportCounts = newExportCounts(),
): Promise<TrainingExport> {
  const table = createTrainingRows(plan.calendar);
  const print = createRecordsPrint();
  await source.read(() => exportPartition(plan, { rows: table, counts, print }));
  const rows = table.labelled();
  const { policy, asOfsMs, knownThroughMs } = plan;
  return {
    rows,
    counts,
    encode: () =>
      encodeTrainingFile(table, rows, {
        labelDefinition: JSON.stringify(describeLabels(plan)),
        knownThrough: knownThroughMs === undefined ? '' : new Date(knownThroughMs).toISOString(),
        knownBy: source.knownBy,
        asOfsMs,
        source: source.name,
        recordsSha256: print.digest(),
        policyVersion: policy.version,
        timeZone: policy.timeZone,
      }),
  };
}

function describeLabels({ labels, knownThroughMs }: ExportPlan): object {
  if (labels.type === 'table') {
    return { name: 'table', sha256: printOfTable(labels.table, knownThroughMs), meaning: 'as the table says' };
  }
  return { ...labels.definition, meaning: meaningOfLabel(labels.definition) };
}
