import type { RowFormat } from '../mapping/map-row.ts';
import { createCsvParser } from './parse-csv.ts';
import { createNdjsonParser } from './parse-ndjson.ts';
import type { RowParser } from './read-row.ts';

/** The parser for rows that are written so. */
export function createRowParser(format: RowFormat): RowParser {
  return format.format === 'csv' ? createCsvParser(format) : createNdjsonParser();
}
