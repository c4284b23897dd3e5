import type { ExportCounts } from './export-counts.ts';
import type { LabelSource } from './export-partition.ts';
import type { LabelledRow } from './training-rows.ts';

/** What an export gives and what it left out, for people and for machines. */
export interface ExportSummary {
  readonly rows: number;
  readonly churners: number;
  readonly byAsOf: readonly { readonly asOf: string; readonly rows: number; readonly churners: number }[];
  readonly subscribers: number;
  /** Subscribers at an as-of without a row, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** As-ofs that some partition could not give, with how many could not. */
  readonly notReached: Readonly<Record<string, number>>;
  readonly beforeStart: Readonly<Record<string, number>>;
  readonly records: Readonly<Record<string, number>>;
  readonly rejected: Readonly<Record<string, number>>;
  readonly partitions: number;
  readonly sha256: string | undefined;
}

export function summarize(
  rows: readonly LabelledRow[],
  counts: ExportCounts,
  sha256: string | undefined,
): ExportSummary {
  const byAsOf = [...Map.groupBy(rows, ({ asOfMs }) => asOfMs)].map(([asOfMs, some]) => ({
    asOf: toIso(asOfMs),
    rows: some.length,
    churners: churnersOf(some),
  }));
  const { records, knownLater, folded, duplicates, late, marks, outcomes } = counts;
  return {
    rows: rows.length,
    churners: churnersOf(rows),
    byAsOf,
    subscribers: new Set(rows.map(({ subscriberId }) => subscriberId)).size,
    leftOut: Object.fromEntries(counts.leftOut),
    notReached: byIso(counts.notReached),
    beforeStart: byIso(counts.beforeStart),
    records: { read: records, knownLater, folded, duplicates, late, marks, outcomes },
    rejected: Object.fromEntries(counts.rejected),
    partitions: counts.partitions,
    sha256,
  };
}

const REASONS: Readonly<Record<string, string>> = {
  immature: 'label not mature',
  not_in_table: 'not in the table of labels',
  known_before: 'label known before the as-of',
};

export function toLines(summary: ExportSummary): readonly string[] {
  const { rows, churners, byAsOf, records, rejected, leftOut, notReached, beforeStart, partitions, sha256 } = summary;
  const lines = [`rows               ${shareOf(churners, rows)}, ${summary.subscribers} subscribers`];
  for (const { asOf, rows: some, churners: left } of byAsOf) lines.push(`  ${asOf} ${shareOf(left, some)}`);
  for (const [reason, count] of Object.entries(leftOut))
    lines.push(`left out           ${count}: ${REASONS[reason] ?? reason}`);
  for (const [asOf, count] of Object.entries(notReached)) {
    lines.push(`not reached        ${asOf} by the log of ${count} of ${partitions} partitions`);
  }
  for (const [asOf, count] of Object.entries(beforeStart)) {
    lines.push(`before the start   ${asOf} of the log of ${count} of ${partitions} partitions`);
  }
  lines.push(`records            ${tell(records) || 'none'}`);
  if (Object.keys(rejected).length > 0) lines.push(`rejected           ${tell(rejected)}`);
  if (sha256 !== undefined) lines.push(`SHA-256            ${sha256}`);
  return lines;
}

/** What to look at where the log knows fewer than half of a table's subscribers; undefined where it knows them. */
export function hintAtTable(labels: LabelSource, { tableMatched, records }: ExportCounts): string | undefined {
  if (labels.type !== 'table' || records === 0 || 2 * tableMatched.size >= labels.table.size) return undefined;
  return (
    `the log knows ${tableMatched.size} of the ${labels.table.size} subscribers of the table of labels: its pseudonyms ` +
    'are made with CHURN_PSEUDONYM_KEY_ID and CHURN_PSEUDONYM_SECRET of intake, of numbers in the form that the ' +
    'numbers setting of the feed gives them; see also --country-code and --trunk-prefix'
  );
}

function churnersOf(rows: readonly LabelledRow[]): number {
  return rows.reduce((sum, { label }) => sum + label, 0);
}

function shareOf(churners: number, rows: number): string {
  const share = rows === 0 ? '' : `, ${((100 * churners) / rows).toFixed(1)} % churn`;
  return `${rows}${share}`;
}

function tell(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function byIso(counts: ReadonlyMap<number, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...counts].map(([asOfMs, count]) => [toIso(asOfMs), count]));
}

function toIso(instantMs: number): string {
  return new Date(instantMs).toISOString();
}
