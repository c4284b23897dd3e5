import { join } from 'node:path';
import {
  LABEL_FILE,
  USAGE_FILE,
  readChurnLabels,
  readObservedUsage,
  readUsageTable,
} from '../../services/simulator/replay/read-tables.ts';
import type { ChurnLabel } from '../../services/simulator/replay/read-tables.ts';
import type { UsageRow } from '../../services/simulator/replay/usage-row.ts';

/** The tables that a model is made of, checked. */
export interface CustomerTables {
  readonly rows: readonly UsageRow[];
  readonly labels: readonly ChurnLabel[];
  /** What is left out and need not be a mistake. */
  readonly notes: readonly string[];
}

export type ReadTables =
  { readonly ok: true; readonly value: CustomerTables } | { readonly ok: false; readonly mistakes: readonly string[] };

/** Parts of the cross-validation: each needs users that left and users that stayed. */
const FOLDS = 5;
const MISTAKES_SHOWN = 5;

/**
 * Reads all tables of a data folder and holds them to what replay and training need, so that nothing is found out after
 * minutes. All mistakes together, each with its file; rows are named by their number, not by their user.
 */
export async function readCustomerTables(folder: string): Promise<ReadTables> {
  const [usage, churn, observed] = await Promise.all([
    readUsageTable(folder),
    readChurnLabels(folder),
    readObservedUsage(folder),
  ]);
  const mistakes = [usage, churn, observed].flatMap((read) => (read.ok ? [] : [read.detail]));
  const rows = usage.ok ? usage.value : [];
  const labels = churn.ok ? churn.value : [];
  const [usagePath, labelPath] = [join(folder, USAGE_FILE), join(folder, LABEL_FILE)];
  mistakes.push(
    ...rowMistakes(usagePath, rows, ({ userId, year, month }) => `${userId} ${year}-${month}`, 'user and month'),
    ...rowMistakes(labelPath, labels, ({ userId }) => userId, 'user'),
  );
  if (!usage.ok || !churn.ok) return { ok: false, mistakes };
  const active = new Set(rows.map(({ userId }) => userId));
  const usable = labels.filter(({ userId }) => active.has(userId));
  mistakes.push(...classMistakes(labelPath, usagePath, usable));
  return mistakes.length === 0
    ? { ok: true, value: { rows, labels, notes: notesOn(active, labels.length, usable) } }
    : { ok: false, mistakes };
}

function rowMistakes<T extends { readonly userId: string }>(
  path: string,
  rows: readonly T[],
  keyOf: (row: T) => string,
  what: string,
): readonly string[] {
  const found: string[] = [];
  const firstRowOf = new Map<string, number>();
  rows.forEach((row, index) => {
    if (!/^\d{1,18}$/.test(row.userId)) found.push(`data row ${index + 1}: user_account_id: expected a whole number`);
    const key = keyOf(row);
    const first = firstRowOf.get(key);
    if (first === undefined) firstRowOf.set(key, index + 1);
    else found.push(`data row ${index + 1}: its ${what} is in data row ${first} already`);
  });
  const shown = found.slice(0, MISTAKES_SHOWN).map((mistake) => `${path}, ${mistake}`);
  return found.length > MISTAKES_SHOWN ? [...shown, `${path}: ${found.length - MISTAKES_SHOWN} more such rows`] : shown;
}

function classMistakes(labelPath: string, usagePath: string, usable: readonly ChurnLabel[]): readonly string[] {
  if (usable.length === 0) return [`${labelPath}: none of its users has a row in ${usagePath}`];
  const left = new Set(usable.filter(({ churned }) => churned).map(({ userId }) => userId)).size;
  const stayed = new Set(usable.filter(({ churned }) => !churned).map(({ userId }) => userId)).size;
  if (left >= FOLDS && stayed >= FOLDS) return [];
  return [
    `${labelPath}: of its users with usage ${left} left (churn 1) and ${stayed} stayed (churn 0); at least ${FOLDS} of each are needed`,
  ];
}

function notesOn(active: ReadonlySet<string>, labelled: number, usable: readonly ChurnLabel[]): readonly string[] {
  const withoutLabel = active.size - usable.length;
  const withoutUsage = labelled - usable.length;
  return [
    ...(withoutLabel > 0 ? [`${withoutLabel} users with usage have no label: no vector of theirs is used`] : []),
    ...(withoutUsage > 0 ? [`${withoutUsage} users with a label have no usage: they are left out`] : []),
  ];
}
