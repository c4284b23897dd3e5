import type { ReadRow, RowParser } from './read-row.ts';

/** A line longer than this is refused, so that it cannot fill the memory. */
const MAX_LINE_CHARACTERS = 1_048_576;

/** One JSON value a line; empty lines are left out. */
export function createNdjsonParser(maxLineCharacters = MAX_LINE_CHARACTERS): RowParser {
  let rest = '';
  let line = 1;
  let inOverlongLine = false;

  function addLine(text: string, rows: ReadRow[]): void {
    const at = line;
    line += 1;
    if (inOverlongLine) {
      inOverlongLine = false;
      rows.push({ ok: false, line: at, reason: 'row_too_long' });
      return;
    }
    if (text === '' || text === '\r') return;
    rows.push(parseJsonRow(text, at));
  }

  return {
    push(text) {
      const rows: ReadRow[] = [];
      let from = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
        addLine(rest + text.slice(from, end), rows);
        rest = '';
        from = end + 1;
      }
      rest += text.slice(from);
      if (rest.length > maxLineCharacters) {
        inOverlongLine = true;
        rest = '';
      }
      return rows;
    },
    end() {
      const rows: ReadRow[] = [];
      if (rest !== '' || inOverlongLine) addLine(rest, rows);
      rest = '';
      return rows;
    },
  };
}

/** One JSON text as a row. */
export function parseJsonRow(text: string, line: number): ReadRow {
  try {
    const row: unknown = JSON.parse(text);
    return { ok: true, line, row };
  } catch {
    return { ok: false, line, reason: 'unparsable_row' };
  }
}
