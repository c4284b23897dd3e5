import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { accepted, refused } from '../../core/outcome.ts';
import type { Outcome } from '../../core/outcome.ts';
import { OBSERVED_USAGE_COLUMNS, parseObservedUsage } from './observed-usage.ts';
import { USAGE_COLUMNS, parseUsageRow } from './usage-row.ts';
import type { UsageRow } from './usage-row.ts';
import type { ObservedUsage } from './usage-shapes.ts';

export const USAGE_FILE = join('exacaster_mobile_churn', 'customer_usage.csv.gz');
export const LABEL_FILE = join('exacaster_mobile_churn', 'customer_churn.csv.gz');
const EVENT_FILE = join('exacaster_events_2016', 'usage_events.csv.gz');

const LABEL_COLUMNS = ['user_account_id', 'year', 'month', 'churn'];

/** The detail names the file. */
export type TableTrouble = 'file_missing' | 'unreadable_file' | 'column_missing' | 'no_rows' | 'unreadable_row';

/** The months of each user. The folder is the one that holds the folders of the data sets. */
export async function readUsageTable(folder: string): Promise<Outcome<readonly UsageRow[], TableTrouble>> {
  return readTable(folder, USAGE_FILE, USAGE_COLUMNS, parseUsageRow);
}

/** Single usage events of other customers, for their hours and sizes. */
export async function readObservedUsage(folder: string): Promise<Outcome<readonly ObservedUsage[], TableTrouble>> {
  return readTable(folder, EVENT_FILE, OBSERVED_USAGE_COLUMNS, parseObservedUsage);
}

export interface ChurnLabel {
  readonly userId: string;
  /** The month in which the user was found to have left or stayed, year × 100 + month. */
  readonly month: number;
  readonly churned: boolean;
}

/** Who left. Read for training and evaluation only: nothing of it goes into the log. */
export async function readChurnLabels(folder: string): Promise<Outcome<readonly ChurnLabel[], TableTrouble>> {
  return readTable(folder, LABEL_FILE, LABEL_COLUMNS, (record) => {
    const userId = record['user_account_id'] ?? '';
    const month = Number(record['year']) * 100 + Number(record['month']);
    const churn = record['churn'];
    if (userId === '' || !Number.isInteger(month) || (churn !== '0' && churn !== '1')) {
      return refused('unreadable_row', 'no usable user_account_id, year, month or churn');
    }
    return accepted({ userId, month, churned: churn === '1' });
  });
}

async function readTable<T>(
  folder: string,
  file: string,
  columns: readonly string[],
  parseRecord: (record: Readonly<Record<string, string>>) => Outcome<T, 'unreadable_row'>,
): Promise<Outcome<readonly T[], TableTrouble>> {
  const path = join(folder, file);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) {
    return refused(
      'file_missing',
      `${path} cannot be read. The data folder must hold ${file}; give the folder above "exacaster_mobile_churn" and "exacaster_events_2016".`,
    );
  }
  if (found.size === 0) return refused('unreadable_file', `${path} is empty`);
  const rows: T[] = [];
  let missing: readonly string[] = columns;
  // pipeline hands errors of the earlier steps on to the parser, whose iteration throws them.
  const records = pipeline(
    createReadStream(path),
    createGunzip(),
    parse({
      bom: true,
      columns(header: readonly string[]) {
        missing = columns.filter((column) => !header.includes(column));
        return [...header];
      },
    }),
    () => undefined,
  );
  try {
    for await (const record of records) {
      if (missing.length > 0) break;
      const row = parseRecord(asRecord(record));
      if (!row.ok) return refused('unreadable_row', `${path}, data row ${rows.length + 1}: ${row.detail}`);
      rows.push(row.value);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refused('unreadable_file', `${path} is not a whole gzipped CSV: ${why}`);
  }
  if (missing.length > 0)
    return refused('column_missing', `${path}: no column ${missing.join(', ')} in its first line`);
  if (rows.length === 0) return refused('no_rows', `${path}: no row below the header`);
  return accepted(rows);
}

function asRecord(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
