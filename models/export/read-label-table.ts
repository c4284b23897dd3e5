import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { KnownLabel, LabelTable } from '../../services/core/labels/label-table.ts';
import type { CivilCalendar } from '../../services/core/time/civil-calendar.ts';
import { createNumberReader } from '../../services/intake/mapping/number-format.ts';
import type { NumberFormat } from '../../services/intake/mapping/number-format.ts';
import { INSTANT_EXPECTED, parseInstantMs } from './parse-instant.ts';

export interface LabelTableSettings {
  readonly calendar: CivilCalendar;
  /** Turns an identifier in clear into the id that the log has for it; undefined where the secret is not known. */
  readonly pseudonymOf: ((raw: string) => string) | undefined;
  /** How the table writes numbers; without it, digits with their country code. */
  readonly numberFormat?: NumberFormat | undefined;
}

const MISTAKES_SHOWN = 5;
const NUMBER_EXPECTED = 'digits with their country code (else see --country-code and --trunk-prefix)';

/**
 * Reads a CSV of labels with a header: `label` (0 or 1), `matured_at` (a date or an instant), and either
 * `subscriber_id` as the log has it or `number`, the phone number in clear, which is brought to international digits as
 * intake does it, so that the pseudonym is that of the log. Mistakes name places, never identifiers.
 */
export function readLabelTable(
  path: string,
  { calendar, pseudonymOf, numberFormat }: LabelTableSettings,
  mistakes: string[],
): LabelTable {
  const table = new Map<string, KnownLabel>();
  const found: string[] = [];
  const records = parseRecords(path, found);
  const readNumber = createNumberReader(numberFormat);
  records.forEach((record, index) => {
    const row = `row ${index + 2}`;
    const written = record['number'] ?? '';
    const number = readNumber(written);
    const digits = number?.kind === 'party' ? number.digits : '';
    const subscriberId = record['subscriber_id'] ?? (digits === '' ? '' : (pseudonymOf?.(digits) ?? digits));
    const label = record['label'];
    const maturedAtMs = parseInstantMs(record['matured_at'] ?? '', calendar);
    if (subscriberId === '') {
      found.push(`${row}: expected ${written === '' ? 'subscriber_id, or number' : `number as ${NUMBER_EXPECTED}`}`);
    }
    if (subscriberId !== '' && table.has(subscriberId)) found.push(`${row}: its subscriber is in a row before`);
    if (label !== '0' && label !== '1') found.push(`${row}: label: expected 0 or 1`);
    else if (maturedAtMs === undefined) found.push(`${row}: matured_at: expected ${INSTANT_EXPECTED}`);
    else table.set(subscriberId, { label: label === '1' ? 1 : 0, maturedAtMs });
  });
  if (pseudonymOf === undefined && records.some((record) => 'number' in record)) {
    found.unshift('its column "number" needs CHURN_PSEUDONYM_SECRET');
  }
  if (records.length === 0 && found.length === 0) found.push('expected rows below the header');
  mistakes.push(...found.slice(0, MISTAKES_SHOWN).map((mistake) => `--label table:${path}: ${mistake}`));
  if (found.length > MISTAKES_SHOWN) mistakes.push(`--label table:${path}: ${found.length - MISTAKES_SHOWN} more`);
  return table;
}

/** Print of the labels that are known by an instant, so that what is added later does not change it. */
export function printOfTable(table: LabelTable, knownThroughMs = Infinity): string {
  const known = [...table].filter(([, { maturedAtMs }]) => maturedAtMs <= knownThroughMs);
  const lines = known.map(([id, { label, maturedAtMs }]) => `${id},${label},${maturedAtMs}\n`).sort();
  return hash('sha256', lines.join(''), 'hex');
}

function parseRecords(path: string, found: string[]): readonly Readonly<Record<string, string>>[] {
  try {
    const parsed: unknown = parse(readFileSync(path), { columns: true, bom: true, skip_empty_lines: true, trim: true });
    return Array.isArray(parsed) ? parsed.map(asRecord) : [];
  } catch (error) {
    found.push(error instanceof Error ? error.message : String(error));
    return [];
  }
}

function asRecord(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
