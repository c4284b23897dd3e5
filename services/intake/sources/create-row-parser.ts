import type { RowFormat } from '../mapping/map-row.ts';
import { createCsvParser } from './parse-csv.ts';
import { createNdjsonParser } from './parse-ndjson.ts';
import type { ReadRow, RowParser } from './read-row.ts';

/** What a decoder puts in the place of bytes that it cannot read. */
const REPLACEMENT = '\uFFFD';

/** The parser for rows that are written so. Rows with bytes that were no text are refused: two could look the same. */
export function createRowParser(format: RowFormat): RowParser {
  const parser = format.format === 'csv' ? createCsvParser(format) : createNdjsonParser();
  // A row may begin in one piece and end in a later one.
  let isSuspect = false;
  const checked = (rows: readonly ReadRow[]): readonly ReadRow[] => (isSuspect ? rows.map(refuseUndecodable) : rows);
  return {
    push(text) {
      const last = text.lastIndexOf(REPLACEMENT);
      isSuspect ||= last >= 0;
      const rows = checked(parser.push(text));
      // Whatever began after the last one has ended here, or holds none.
      if (rows.length > 0) isSuspect = last > text.lastIndexOf('\n');
      return rows;
    },
    end: () => checked(parser.end()),
  };
}

function refuseUndecodable(read: ReadRow): ReadRow {
  if (!read.ok || !JSON.stringify(read.row).includes(REPLACEMENT)) return read;
  return { ok: false, line: read.line, reason: 'undecodable_text' };
}
