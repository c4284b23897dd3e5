import Papa from 'papaparse';
import type { ReadRow, RowParser, UnreadableReason } from './read-row.ts';

/** How the cells of a row are set apart. */
export interface CsvLayout {
  readonly delimiter: string;
  /** A doubled one stands for itself within a quoted cell; '' where nothing is quoted. */
  readonly quote: string;
}

/**
 * A row longer than this is refused: a quote that is never closed must not swallow a file. Everything up to it is
 * looked through once for each such quote, which is what keeps the limit low.
 */
const MAX_ROW_CHARACTERS = 65_536;

/**
 * RFC 4180 with the liberties that exports take: LF or CRLF, any number of cells, empty lines (left out). Quoted cells
 * may hold delimiters, quotes and line breaks. A quote in a wrong place, or one never closed, costs the line that it
 * is in: reading goes on with the next one.
 */
export function createCsvParser(layout: CsvLayout, maxRowCharacters = MAX_ROW_CHARACTERS): RowParser {
  const { delimiter, quote } = layout;
  const parser = new Papa.Parser({
    delimiter,
    newline: '\n',
    ...(quote === '' ? { fastMode: true } : { quoteChar: quote }),
  });
  let rest = '';
  let line = 1;
  let inOverlongLine = false;

  /** Adds the rows that `text` holds; answers what was not used: the beginning of a row. */
  function addRows(text: string, rows: ReadRow[], isEnd: boolean): string {
    let from = text;
    for (;;) {
      const { data, errors, meta } = parser.parse(from, 0, true);
      const firstError = errors.find(({ row }) => row !== undefined && row < data.length);
      const good = firstError?.row ?? data.length;
      const hasQuotes = quote !== '' && from.includes(quote);
      for (let index = 0; index < good; index++) addRow(data[index] ?? [], hasQuotes, rows);
      if (firstError !== undefined) {
        from = giveUpLine(from, firstError.index, rows, 'unparsable_row');
        continue;
      }
      from = from.slice(meta.cursor);
      if (from === '') return '';
      if (isEnd) {
        const last = parser.parse(from, 0, false);
        if (last.errors.length === 0) {
          for (const cells of last.data) addRow(cells, true, rows);
          return '';
        }
        from = giveUpLine(from, last.errors[0]?.index ?? 0, rows, 'unparsable_row');
      } else if (from.length > maxRowCharacters) {
        from = giveUpLine(from, 0, rows, 'row_too_long');
      } else {
        return from;
      }
    }
  }

  function addRow(cells: string[], hasQuotes: boolean, rows: ReadRow[]): void {
    const at = line;
    line += 1 + (hasQuotes ? breaksWithin(cells) : 0);
    dropCarriageReturn(cells);
    if (cells.length > 1 || cells[0] !== '') rows.push({ ok: true, line: at, row: cells });
  }

  /** What follows the line that stands at an index; the lines before it that belong to its row are given up with it. */
  function giveUpLine(text: string, index: number, rows: ReadRow[], reason: UnreadableReason): string {
    rows.push({ ok: false, line, reason });
    const lineEnd = text.indexOf('\n', index);
    const next = lineEnd < 0 ? text.length : lineEnd + 1;
    line += 1;
    inOverlongLine = lineEnd < 0;
    return text.slice(next);
  }

  return {
    push(text) {
      let piece = text;
      if (inOverlongLine) {
        const lineEnd = piece.indexOf('\n');
        if (lineEnd < 0) return [];
        piece = piece.slice(lineEnd + 1);
        inOverlongLine = false;
      }
      const rows: ReadRow[] = [];
      rest = addRows(rest === '' ? piece : rest + piece, rows, false);
      return rows;
    },
    end() {
      const rows: ReadRow[] = [];
      if (rest !== '') rest = addRows(rest, rows, true);
      return rows;
    },
  };
}

function breaksWithin(cells: readonly string[]): number {
  let breaks = 0;
  for (const cell of cells) {
    for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) breaks += 1;
  }
  return breaks;
}

/** Rows end at LF, so that files which mix both line ends are read: of CRLF, the CR is still there. */
function dropCarriageReturn(cells: string[]): void {
  const last = cells.at(-1);
  if (last?.endsWith('\r') === true) cells[cells.length - 1] = last.slice(0, -1);
}
