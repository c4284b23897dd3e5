import type { RowFormat } from '../mapping/map-row.ts';
import { createCsvParser } from './parse-csv.ts';
import { parseJsonRow } from './parse-ndjson.ts';
import type { ReadRow } from './read-row.ts';

/** The row that a topic's record holds: one JSON value, or one line of CSV. */
export function readRecord(format: RowFormat, value: Buffer | null): ReadRow {
  if (value === null) return { ok: false, line: 1, reason: 'unparsable_row' };
  const text = value.toString();
  if (format.format === 'json') return parseJsonRow(text, 1);
  // Without quotes there is nothing to parse, and a parser for each record would cost more than its mapping.
  if (format.quote === '' || !text.includes(format.quote)) {
    const line = text.replace(/\r?\n$/, '');
    const isOneLine = line !== '' && !line.includes('\n');
    return isOneLine
      ? { ok: true, line: 1, row: line.split(format.delimiter) }
      : { ok: false, line: 1, reason: 'unparsable_row' };
  }
  const parser = createCsvParser(format);
  const rows = [...parser.push(text), ...parser.end()];
  const [row] = rows;
  return row !== undefined && rows.length === 1 ? row : { ok: false, line: 1, reason: 'unparsable_row' };
}
